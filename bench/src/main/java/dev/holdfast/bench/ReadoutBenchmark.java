package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The classifier w = Q̄ᵀ a / N, for a dense Q̄ and for Q̄ = diag(δ) + b·11ᵀ above a label row. */
public class ReadoutBenchmark extends KernelBenchmark {
    static final float B = -1;
    static final double N = 1000;

    @Param({"dense", "structured"})
    String form;

    @Param({"20", "100", "784", "3072"})
    int d;

    /** (d+1) × d; only of the dense form. */
    float[] qBar;

    float[] delta;
    float[] label;
    double[] a;
    float[] w;
    private boolean dense;

    @Override
    void prepare(String method) {
        dense = form.equals("dense");
        if (!dense && !form.equals("structured")) {
            throw new IllegalArgumentException("form = " + form + ", expected dense or structured");
        }
        Numbers numbers = new Numbers();
        qBar = numbers.floats(dense ? (d + 1) * d : 0);
        delta = numbers.floats(d);
        label = numbers.floats(d);
        a = numbers.doubles(d + 1);
        w = new float[d];
    }

    @Override
    void run() {
        if (dense) {
            LinearAttention.readout(qBar, d, a, N, w);
        } else {
            LinearAttention.readout(delta, B, label, d, a, N, w);
        }
    }

    /** The limit: a read of the parameters and of a. */
    @Benchmark
    public double readStream() {
        return Streams.read(a) + (dense ? Streams.read(qBar) : Streams.read(delta) + Streams.read(label));
    }
}
