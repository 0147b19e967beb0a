package dev.holdfast.bench;

/** A step of pretraining. The Maven profile {@code peers} has a PretrainingBenchmark that adds PyTorch. */
public class PretrainingBenchmark extends AbstractPretrainingBenchmark {}
