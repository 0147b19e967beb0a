package dev.holdfast.verify.report;

import java.util.List;

/** A figure of lines over a common x. */
public record Lines(String id, String title, String caption, Axis x, Axis y, List<Series> series) implements Figure {}
