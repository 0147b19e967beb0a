package dev.holdfast.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The limit of arithmetic: fused multiply-adds that never leave the registers. Twelve sums hide the latency of one, and
 * fit sixteen registers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR})
public class PeakBenchmark {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int SUMS = 12;
    private static final int STEPS = 1 << 19;

    /** Floating-point operations of a call, for vectors of any width. */
    static final long OPERATIONS = 2L * SUMS * STEPS;

    /** Not constants, or the compiler would know the sums; s → s/2 + 1 stays near 2. */
    float factor = 0.5f;

    float term = 1;

    /** Σ of the sums. */
    @Benchmark
    public float peak() {
        FloatVector m = FloatVector.broadcast(F, factor);
        FloatVector c = FloatVector.broadcast(F, term);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
        FloatVector s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
        for (int i = 0; i < STEPS; i += F.length()) {
            s0 = s0.lanewise(VectorOperators.FMA, m, c);
            s1 = s1.lanewise(VectorOperators.FMA, m, c);
            s2 = s2.lanewise(VectorOperators.FMA, m, c);
            s3 = s3.lanewise(VectorOperators.FMA, m, c);
            s4 = s4.lanewise(VectorOperators.FMA, m, c);
            s5 = s5.lanewise(VectorOperators.FMA, m, c);
            s6 = s6.lanewise(VectorOperators.FMA, m, c);
            s7 = s7.lanewise(VectorOperators.FMA, m, c);
            s8 = s8.lanewise(VectorOperators.FMA, m, c);
            s9 = s9.lanewise(VectorOperators.FMA, m, c);
            s10 = s10.lanewise(VectorOperators.FMA, m, c);
            s11 = s11.lanewise(VectorOperators.FMA, m, c);
        }
        FloatVector sum = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
        return sum.add(s8.add(s9).add(s10.add(s11))).reduceLanes(VectorOperators.ADD);
    }
}
