package dev.holdfast.bench;

import dev.holdfast.bench.peers.TaskPeer;
import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Param;

/**
 * A whole task: with adversarial weights (p = 1, Q̄ = [I; 0]) learn n demonstrations, score m queries, attack them
 * within ε and score the attack, y f − ε‖w‖₁.
 */
public abstract class AbstractTaskBenchmark extends KernelBenchmark {
    static final float EPSILON = 0.15f;

    @Param("100")
    int d;

    /** Demonstrations, N. */
    @Param("1000")
    int n;

    /** Queries, M. */
    @Param("1000")
    int m;

    float[] x;
    float[] y;
    float[] queries;
    float[] labels;

    /** f(x) of every query. */
    double[] f;

    /** The attacked queries, m × d. */
    float[] out;

    /** y f(x) − ε‖w‖₁ of every query. */
    double[] robust;

    /** The library that runs; {@code null} where it is Holdfast. */
    TaskPeer peer;

    private float[] p;
    private float[] delta;
    private float[] noLabel;
    private double[] a;
    private float[] w;
    private float[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        x = numbers.floats(n * d);
        y = numbers.labels(n);
        queries = numbers.floats(m * d);
        labels = numbers.labels(m);
        p = ones(d + 1);
        delta = ones(d);
        noLabel = new float[d];
        a = new double[d + 1];
        w = new float[d];
        f = new double[m];
        out = new float[m * d];
        robust = new double[m];
        work = new float[LinearAttention.contextWorkLength(d)];
        peer = peer(method);
        if (peer != null) {
            peer.run();
            ExpectedTask expected = new ExpectedTask(x, y, queries, labels, EPSILON);
            expected.check(peer.scores(), peer.attacked(), peer.robustScores());
        }
    }

    /** The library of a method's name; {@code null} where it is none. */
    TaskPeer peer(String method) {
        return null;
    }

    static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    void run() {
        Arrays.fill(a, 0);
        LinearAttention.accumulate(x, 0, d, n, d, y, 0, p, a, work);
        LinearAttention.readout(delta, 0, noLabel, d, a, n, w);
        LinearAttention.scores(queries, 0, d, m, d, w, 0, f, 0);
        AdversarialGradient.perturb(queries, 0, d, m, d, labels, 0, w, EPSILON, out, 0, d);
        double price = EPSILON * AdversarialGradient.norm1(w, d);
        for (int i = 0; i < m; i++) {
            robust[i] = labels[i] * f[i] - price;
        }
    }
}
