package dev.holdfast.bench;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import org.openjdk.jmh.annotations.Benchmark;

/** One query at a time, as a service gets them: its answer, its certificate, its worst perturbation. */
public class CertificateBenchmark extends ModelBenchmark {
    private static final Threat LINF = Threat.linf();
    private static final Threat BOX = Threat.linf().inBox(-4, 4);
    private static final double EPSILON = 0.1;

    float[] w;
    float[] query;
    Classifier classifier;

    @Override
    void prepare() {
        Numbers numbers = new Numbers();
        int n = 1000;
        float[] x = numbers.floats(n * d);
        int[] y = new int[n];
        float[] labels = numbers.labels(n);
        for (int i = 0; i < n; i++) {
            y[i] = (int) labels[i];
        }
        classifier = LinearTransformer.adversarial(d).learn(Rows.view(x, d), y);
        w = classifier.weights();
        query = numbers.floats(d);
    }

    /** The limit: a dot product of floats, with no contract. */
    @Benchmark
    public float dot() {
        return Streams.dot(w, query, d);
    }

    /** The sign of f(x), certain to be that of the exact sum. */
    @Benchmark
    public int classify() {
        return classifier.predict(query);
    }

    /** Both in one call: the certified radius in ℓ∞ with the sign of f(x). */
    @Benchmark
    public double certify() {
        return classifier.signedRadius(query, LINF);
    }

    /** The certified radius in ℓ∞. */
    @Benchmark
    public double radius() {
        return classifier.radius(query, LINF);
    }

    /** The certified radius in ℓ∞ within a box. */
    @Benchmark
    public double radiusBox() {
        return classifier.radius(query, BOX);
    }

    /** The worst query within ε in ℓ∞. */
    @Benchmark
    public float[] attack() {
        return classifier.attack(query, 1, LINF, EPSILON);
    }
}
