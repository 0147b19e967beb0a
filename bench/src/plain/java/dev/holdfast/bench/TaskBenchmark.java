package dev.holdfast.bench;

/** A whole task. The Maven profile {@code peers} has a TaskBenchmark that adds PyTorch. */
public class TaskBenchmark extends AbstractTaskBenchmark {}
