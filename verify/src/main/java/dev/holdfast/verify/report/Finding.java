package dev.holdfast.verify.report;

import java.util.List;

/**
 * What one experiment found: the same for the same seed, on any machine, with any number of threads.
 *
 * @param id lower-case words with dashes, unique in a report
 * @param text a paragraph in plain words
 */
public record Finding(String id, String title, String text, List<Figure> figures, List<Table> tables) {}
