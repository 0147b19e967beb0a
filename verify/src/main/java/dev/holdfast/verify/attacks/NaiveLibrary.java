package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The textbook's formulas in floating point, as one would write them down: |f(x)| over the dual norm of w, and in a box
 * the same over the features that still move, less what the others have taken. Every operation is rounded to one format,
 * nothing is rounded to a safe side.
 */
final class NaiveLibrary implements Library {
    private final boolean single;

    /** @param single float in place of double */
    NaiveLibrary(boolean single) {
        this.single = single;
    }

    @Override
    public String name() {
        return single ? "naive float" : "naive double";
    }

    /**
     * To the format. Of one operation on floats the double that is rounded to float is what the operation in float gives:
     * 53 ≥ 2·24 + 2.
     */
    private double round(double value) {
        return single ? (float) value : value;
    }

    private double dot(float[] w, float[] x) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum = round(sum + round((double) w[j] * x[j]));
        }
        return sum;
    }

    private double score(Functions functions, int k, float[] x) {
        return round(dot(functions.w()[k], x) + round(functions.c()[k]));
    }

    @Override
    public Certificate certify(Functions functions, float[] x, Allowed allowed) {
        double[] f = new double[functions.c().length];
        Arrays.setAll(f, k -> score(functions, k, x));
        return switch (functions.scheme()) {
            case SIGN -> new Certificate(f[0] > 0 ? 1 : 0, radius(weights(functions, 0), f[0], x, allowed));
            case REST -> rest(functions, f, x, allowed);
            case PAIRS -> pairs(functions, f, x, allowed);
        };
    }

    private static double[] weights(Functions functions, int k) {
        float[] w = functions.w()[k];
        return IntStream.range(0, w.length).mapToDouble(j -> w[j]).toArray();
    }

    private Certificate rest(Functions functions, double[] f, float[] x, Allowed allowed) {
        int winner = 0;
        for (int k = 1; k < f.length; k++) {
            winner = f[k] > f[winner] ? k : winner;
        }
        double radius = Double.POSITIVE_INFINITY;
        for (int k = 0; k < f.length; k++) {
            if (k != winner) {
                double[] w = weights(functions, winner);
                for (int j = 0; j < w.length; j++) {
                    w[j] = round(w[j] - functions.w()[k][j]);
                }
                radius = Math.min(radius, radius(w, round(f[winner] - f[k]), x, allowed));
            }
        }
        return new Certificate(winner, radius);
    }

    private Certificate pairs(Functions functions, double[] f, float[] x, Allowed allowed) {
        double[] radii = new double[f.length];
        boolean[] first = new boolean[f.length];
        for (int k = 0; k < f.length; k++) {
            radii[k] = radius(weights(functions, k), f[k], x, allowed);
            first[k] = f[k] >= 0;
        }
        Votes votes = new Votes(functions, first);
        double radius = Double.POSITIVE_INFINITY;
        for (int rival = 0; rival < functions.classes(); rival++) {
            if (rival != votes.winner()) {
                double[] gains = votes.gains(rival).mapToDouble(k -> radii[k]).sorted().toArray();
                radius = Math.min(radius, gains[votes.needed(rival) - 1]);
            }
        }
        return new Certificate(votes.winner(), radius);
    }

    /** The least size that takes |f|. */
    private double radius(double[] w, double f, float[] x, Allowed allowed) {
        int d = w.length;
        double[] v = new double[d];
        double[] room = new double[d];
        double[] end = new double[d];
        for (int j = 0; j < d; j++) {
            v[j] = round(Math.abs(w[j]) * allowed.budget(j));
            room[j] = round(round(Math.abs((double) allowed.edge(j, f > 0 == w[j] > 0) - x[j])) / allowed.budget(j));
            end[j] = allowed.norm() == Norm.L2 ? round(room[j] / v[j]) : room[j];
        }
        int[] order = IntStream.range(0, d)
                .filter(j -> v[j] > 0 && room[j] > 0)
                .boxed()
                .sorted((i, j) -> allowed.norm() == Norm.L1 ? Double.compare(v[j], v[i]) : Double.compare(end[i], end[j]))
                .mapToInt(j -> j)
                .toArray();
        double cost = 0;
        for (int j : order) {
            cost = round(cost + (allowed.norm() == Norm.L2 ? round(v[j] * v[j]) : v[j]));
        }
        double left = Math.abs(f);
        double spent = 0;
        for (int j : order) {
            double square = round(v[j] * v[j]);
            double price = allowed.norm() == Norm.L1 ? v[j] : cost;
            double theta = round(left / price);
            if (theta <= end[j]) {
                return switch (allowed.norm()) {
                    case LINF -> theta;
                    case L2 -> spent == 0
                            ? round(left / round(Math.sqrt(cost)))
                            : round(Math.sqrt(round(spent + round(round(left * left) / cost))));
                    case L1 -> round(spent + theta);
                };
            }
            left = round(left - round(v[j] * room[j]));
            cost = round(cost - (allowed.norm() == Norm.L2 ? square : v[j]));
            spent = round(spent + (allowed.norm() == Norm.L2 ? round(room[j] * room[j]) : room[j]));
        }
        return left == 0 ? spent : Double.POSITIVE_INFINITY;
    }
}
