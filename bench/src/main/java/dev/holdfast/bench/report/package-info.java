/** From benchmarks to one page: what is measured, and how it is shown beside its limit, its peers and its target. */
package dev.holdfast.bench.report;
