package dev.holdfast.verify.baselines;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * L-BFGS on a {@link Risk}, whose ‖w‖₁ has corners where an entry of w is 0: a step stays in one orthant of w, where F
 * is smooth, and enters the orthant into which F falls. Without ‖w‖₁ in F (ε = 0) it is L-BFGS as usual.
 *
 * <p>Source: G. Andrew and J. Gao, "Scalable Training of L1-Regularized Log-Linear Models", ICML 2007. There the factor
 * of ‖w‖₁ is a constant; here it is ∂F/∂‖w‖₁, and the curvature counts its change within the orthant.
 */
final class OrthantDescent {
    /** The least subgradient of F has no entry beyond this where descent ends. */
    static final double TOLERANCE = 1e-6;

    private static final int MEMORY = 20;
    private static final int MOST_STEPS = 10_000;
    /** Of the decrease that the slope promises. */
    private static final double SUFFICIENT = 1e-4;

    private static final double LEAST_STEP = 0x1p-40;

    private final Risk risk;
    private final int d;
    private final Deque<Step> memory = new ArrayDeque<>();

    /** A step that was taken, by how much it changed the gradient, and 1/(s·g). */
    private record Step(double[] s, double[] g, double inverse) {}

    private OrthantDescent(Risk risk) {
        this.risk = risk;
        this.d = risk.features();
    }

    /**
     * The least F, from w = 0 and c = 0.
     *
     * @return w, then c
     * @throws ArithmeticException if a subgradient within {@link #TOLERANCE} is not reached
     */
    static double[] minimise(Risk risk) {
        return new OrthantDescent(risk).descend();
    }

    private double[] descend() {
        double[] v = new double[d + 1];
        double[] gradient = new double[d + 2];
        double value = risk.at(v, gradient);
        double[] next = new double[d + 1];
        double[] nextGradient = new double[d + 2];
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] least = subgradient(v, gradient);
            double steepest = Arrays.stream(least).map(Math::abs).max().orElse(0);
            if (steepest <= TOLERANCE) {
                return v;
            }
            double[] orthant = orthant(v, least, gradient[d + 1]);
            double[] direction = direction(least, gradient[d + 1]);
            double length = memory.isEmpty() ? 1 / Math.max(1, steepest) : 1;
            double reached;
            while (true) {
                double slope = move(v, direction, length, orthant, least, next);
                reached = risk.at(next, nextGradient);
                // near the minimum, rounding hides the decrease
                if (reached <= value + SUFFICIENT * slope + risk.rounding(value)) {
                    break;
                }
                length /= 2;
                if (length < LEAST_STEP) {
                    throw new ArithmeticException("no descent from a subgradient of " + steepest);
                }
            }
            remember(v, gradient, next, nextGradient, orthant);
            value = reached;
            double[] kept = v;
            v = next;
            next = kept;
            kept = gradient;
            gradient = nextGradient;
            nextGradient = kept;
        }
        throw new ArithmeticException("no minimum within " + MOST_STEPS + " steps");
    }

    /** The subgradient of F that is nearest to 0 in every entry. */
    private double[] subgradient(double[] v, double[] gradient) {
        double price = gradient[d + 1];
        double[] least = Arrays.copyOf(gradient, d + 1);
        for (int j = 0; j < d; j++) {
            least[j] = v[j] != 0
                    ? gradient[j] + price * Math.signum(v[j])
                    : Math.signum(gradient[j]) * Math.max(0, Math.abs(gradient[j]) - price);
        }
        return least;
    }

    /** The sign of each entry of w along the step, 0 where it stays 0; {@code null} without corners. */
    private double[] orthant(double[] v, double[] least, double price) {
        if (price == 0) {
            return null;
        }
        double[] orthant = new double[d];
        for (int j = 0; j < d; j++) {
            orthant[j] = v[j] != 0 ? Math.signum(v[j]) : -Math.signum(least[j]);
        }
        return orthant;
    }

    /** −H·least, H being the inverse Hessian that the memory implies; entries that would climb are left out. */
    private double[] direction(double[] least, double price) {
        double[] q = least.clone();
        double[] alphas = new double[memory.size()];
        int i = alphas.length;
        for (Iterator<Step> steps = memory.descendingIterator(); steps.hasNext();) {
            Step step = steps.next();
            i--;
            alphas[i] = step.inverse() * dot(step.s(), q);
            add(-alphas[i], step.g(), q);
        }
        if (!memory.isEmpty()) {
            Step last = memory.getLast();
            double scale = 1 / (last.inverse() * dot(last.g(), last.g()));
            for (int j = 0; j <= d; j++) {
                q[j] *= scale;
            }
        }
        for (Step step : memory) {
            add(alphas[i] - step.inverse() * dot(step.g(), q), step.s(), q);
            i++;
        }
        for (int j = 0; j <= d; j++) {
            q[j] = price > 0 && j < d && q[j] * least[j] <= 0 ? 0 : -q[j];
        }
        return q;
    }

    /** Where a step ends: what leaves the orthant stops at 0. Returns the change of F that the slope promises. */
    private double move(
            double[] v, double[] direction, double length, double[] orthant, double[] least, double[] next) {
        double slope = 0;
        for (int j = 0; j <= d; j++) {
            next[j] = v[j] + length * direction[j];
            if (orthant != null && j < d && next[j] * orthant[j] <= 0) {
                next[j] = 0;
            }
            slope += least[j] * (next[j] - v[j]);
        }
        return slope;
    }

    private void remember(
            double[] v, double[] gradient, double[] next, double[] nextGradient, double[] orthant) {
        double[] s = new double[d + 1];
        double[] g = new double[d + 1];
        double price = nextGradient[d + 1] - gradient[d + 1];
        for (int j = 0; j <= d; j++) {
            s[j] = next[j] - v[j];
            g[j] = nextGradient[j] - gradient[j] + (orthant != null && j < d ? price * orthant[j] : 0);
        }
        double curvature = dot(s, g);
        // convex, so that only rounding makes it 0 or less
        if (curvature > 0) {
            memory.addLast(new Step(s, g, 1 / curvature));
            if (memory.size() > MEMORY) {
                memory.removeFirst();
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    private static void add(double factor, double[] a, double[] to) {
        for (int j = 0; j < a.length; j++) {
            to[j] += factor * a[j];
        }
    }
}
