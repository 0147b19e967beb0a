package dev.holdfast.verify.report;

import java.util.List;

/**
 * What one experiment found. Without a figure or a table it is that of an experiment that failed.
 *
 * @param id lower-case-with-dashes, of this finding alone
 * @param text plain words, no markup; a blank line parts paragraphs
 */
public record Finding(String id, String title, String text, List<Figure> figures, List<Table> tables) {
    /** Whether the experiment failed; the text then says why. */
    public boolean failed() {
        return figures.isEmpty() && tables.isEmpty();
    }
}
