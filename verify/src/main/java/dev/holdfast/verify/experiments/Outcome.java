package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Table;
import java.util.List;

/**
 * What an experiment returns.
 *
 * @param finding all that is the same for the same seed
 * @param times tables of wall-clock numbers, which are not; empty for most experiments
 */
public record Outcome(Finding finding, List<Table> times) {
    /** Without times. */
    public Outcome(Finding finding) {
        this(finding, List.of());
    }
}
