package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * Robust Bayes of correlated classes: rows to a state of moments, beside the kernel's bare Gram pass, and reading
 * classifiers from it, for two classes and for ten.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BayesBenchmark extends ModelBenchmark {
    static final int CLASSES = 10;
    /** Rows of a call that adds, half of them of each of two classes. */
    static final int ROWS = 2048;
    /** Of the deviation of a feature: what is learnt against. In ℓ∞ about a tenth of the features then have weights. */
    private static final double EPSILON = 0.3;

    Rows x;
    List<Integer> y;
    private List<Integer> labels;
    State<Integer> two;
    State<Integer> ten;
    double[] g;
    private float[] features;
    private float[] ones;
    private float[] work;

    /** A feature is .8 of the one before it and noise; every class has means of its own. */
    @Override
    void prepare() {
        Numbers numbers = new Numbers();
        int rows = 4 * Math.max(1024, d);
        float[] noise = numbers.floats(rows * d);
        float[] means = numbers.floats(CLASSES * d);
        y = new ArrayList<>();
        for (int n = 0; n < rows; n++) {
            int c = n % CLASSES;
            y.add(c);
            float before = 0;
            for (int j = 0; j < d; j++) {
                before = 0.8f * before + 0.6f * noise[n * d + j];
                noise[n * d + j] = before + 0.3f * means[c * d + j];
            }
        }
        features = noise;
        x = Rows.view(noise, d);
        ten = State.moments(d, IntStream.range(0, CLASSES).boxed().toList());
        ten.addAll(x, y);
        two = ten.only(List.of(0, 1));
        labels = IntStream.range(0, ROWS).mapToObj(n -> n % 2).toList();
        ones = new float[ROWS];
        Arrays.fill(ones, 1);
        g = new double[(d + 1) * (d + 1)];
        work = new float[LinearAttention.gramWorkLength(d)];
    }

    /** The limit of adding: the kernel's Gram pass over the same rows as they lie. */
    @Benchmark
    public void gram() {
        LinearAttention.gram(features, 0, d, ROWS, d, ones, 0, g, work);
    }

    /** Rows to a fast state, none of which waits any more: that is what fading by 1 sees to. */
    @Benchmark
    public State<Integer> add() {
        State<Integer> state = State.moments(d, two.classes());
        state.addAll(x.first(ROWS), labels);
        state.fade(1);
        return state;
    }

    /** Two classes against ℓ∞. */
    @Benchmark
    public Classifier linf() {
        return RobustBayes.linf(EPSILON).learn(two);
    }

    /** Two classes against ℓ2. */
    @Benchmark
    public Classifier l2() {
        return RobustBayes.l2(EPSILON).learn(two);
    }

    /** Two classes against ℓ1. */
    @Benchmark
    public Classifier l1() {
        return RobustBayes.l1(EPSILON).learn(two);
    }

    /** Two classes against ℓ∞, without correlations. */
    @Benchmark
    public Classifier diagonal() {
        return RobustBayes.linf(EPSILON).diagonal().learn(two);
    }

    /** All pairs of ten classes against ℓ∞. */
    @Benchmark
    public MultiClassifier<Integer> tenByPairs() {
        return RobustBayes.linf(EPSILON).learnPairs(ten);
    }

    /** All pairs of ten classes against ℓ2. */
    @Benchmark
    public MultiClassifier<Integer> tenByPairsL2() {
        return RobustBayes.l2(EPSILON).learnPairs(ten);
    }
}
