package dev.holdfast.verify.tasks;

import dev.holdfast.model.Rows;

/**
 * One task: what is learnt from, and what is asked.
 *
 * @param demonstrations N rows of d features
 * @param y their labels, −1 or +1
 * @param queries M rows of d features
 * @param answers the queries' true labels
 */
public record Task(Rows demonstrations, int[] y, Rows queries, int[] answers) {}
