package dev.holdfast.bench;

/** The context state of one task. The Maven profile {@code peers} has a ContextBenchmark that adds PyTorch. */
public class ContextBenchmark extends AbstractContextBenchmark {}
