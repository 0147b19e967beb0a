/** Benchmarks: one class an operation of the kernel, each beside the machine's limit for the bytes it moves. */
package dev.holdfast.bench;
