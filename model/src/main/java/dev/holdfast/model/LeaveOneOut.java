package dev.holdfast.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** {@link RobustBayes#leaveOneOut}: one row after the other is taken off the sums, and answered by what is left. */
final class LeaveOneOut<L> {
    private final RobustBayes learner;
    private final State<L> now;
    private final Rows x;
    private final List<L> y;

    /** @param now that nobody else has hold of */
    LeaveOneOut(RobustBayes learner, State<L> now, Rows x, List<L> y) {
        x.checkFeatures(now.features(), now.featureNames());
        x.checkLabels("y.size()", y.size());
        x.checkMagnitude(State.GREATEST_FEATURE);
        this.learner = learner;
        this.now = now;
        this.x = x;
        this.y = y;
    }

    DesignCurve curve(double[] designs, double[] attacks) {
        BayesReading all = new BayesReading(learner, now);
        double[] scatter = all.scatter();
        double least = all.limit();
        // where the classifiers of a design were found for the last row
        double[][][] starts = new double[designs.length][][];
        Arrays.setAll(starts, i -> all.starts());
        // by design, then row
        double[][] radii = new double[designs.length][x.rows()];
        float[] row = new float[now.features()];
        int n = 0;
        for (L label : y) {
            int c = now.number("y[" + n + "]", label);
            x.copy(n, row);
            BayesReading others = all.without(row, c, scatter);
            least = Math.min(least, others.limit());
            for (int i = 0; i < designs.length && designs[i] < least; i++) {
                MultiClassifier.Answer<L> answer =
                        others.pairs(now.classes(), designs[i], starts[i]).answer(row, learner.threat());
                radii[i][n] = answer.label().equals(label) ? answer.radius() : 0 - answer.radius();
            }
            n++;
        }
        double limit = least;
        int possible = (int) DoubleStream.of(designs).filter(design -> design < limit).count();
        double[][] accuracy = new double[possible][];
        for (int i = 0; i < possible; i++) {
            accuracy[i] = Classifier.shareAbove(radii[i], attacks);
        }
        return new DesignCurve(Arrays.copyOf(designs, possible), attacks, accuracy);
    }
}
