package dev.holdfast.verify.data;

/**
 * A real data set.
 *
 * @param demonstrations its training split
 * @param queries its test split
 */
public record DataSet(String name, LabelledImages demonstrations, LabelledImages queries) {}
