package dev.holdfast.verify.reference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Layers of four numbers on moments that are known exactly, in numbers of any field: the recursion of the transformer as
 * SPEC.md has it, and the tuple of Lemma B.7. Matrices are lists of rows; a layer is the list of its p_x, p_y, q_x and q_y.
 *
 * @param <T> the numbers
 */
public final class ExactLayers<T> {
    private final Field<T> field;
    private final T zero;
    private final T one;

    public ExactLayers(Field<T> field) {
        this.field = field;
        this.zero = field.of(0);
        this.one = field.of(1);
    }

    /** [S μ; μᵀ 1] for S = Σ + μμᵀ of a diagonal Σ. */
    public List<List<T>> moments(double[] mean, double[] variances) {
        List<List<T>> g = constant(mean.length + 1, zero);
        for (int i = 0; i <= mean.length; i++) {
            for (int j = 0; j <= mean.length; j++) {
                T product = field.times(label(mean, i), label(mean, j));
                g.get(i).set(j, i == j && i < mean.length ? field.plus(product, field.of(variances[i])) : product);
            }
        }
        return g;
    }

    private T label(double[] mean, int i) {
        return i < mean.length ? field.of(mean[i]) : one;
    }

    /** [diag(s) m; mᵀ 1]. */
    public List<List<T>> diagonal(List<T> s, List<T> m) {
        List<List<T>> g = constant(s.size() + 1, zero);
        for (int i = 0; i < s.size(); i++) {
            g.get(i).set(i, s.get(i));
            g.get(i).set(s.size(), m.get(i));
            g.get(s.size()).set(i, m.get(i));
        }
        g.get(s.size()).set(s.size(), one);
        return g;
    }

    /** Doubles, four a layer, as they are. */
    public List<List<T>> layers(double[] numbers) {
        List<List<T>> layers = new ArrayList<>();
        for (int l = 0; l < numbers.length; l += 4) {
            layers.add(List.of(field.of(numbers[l]), field.of(numbers[l + 1]), field.of(numbers[l + 2]),
                    field.of(numbers[l + 3])));
        }
        return layers;
    }

    /** The last row of A⁽ᴸ⁾ without its last entry, where A⁽⁰⁾ = I and A⁽ˡ⁾ = (I + P_l A⁽ˡ⁻¹⁾ G A⁽ˡ⁻¹⁾ᵀ Q_l) A⁽ˡ⁻¹⁾. */
    public List<T> weights(List<List<T>> layers, List<List<T>> g) {
        int n = g.size();
        List<List<T>> a = constant(n, zero);
        for (int i = 0; i < n; i++) {
            a.get(i).set(i, one);
        }
        for (List<T> layer : layers) {
            List<List<T>> h = times(a, times(g, transposed(a)));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    T p = layer.get(i < n - 1 ? 0 : 1);
                    T q = layer.get(j < n - 1 ? 2 : 3);
                    T change = field.times(field.times(p, h.get(i).get(j)), q);
                    h.get(i).set(j, i == j ? field.plus(one, change) : change);
                }
            }
            a = times(h, a);
        }
        return a.get(n - 1).subList(0, n - 1);
    }

    /** The same with all numbers taken as their absolute values: rounding errors are a share of it. */
    public List<T> magnitudes(List<List<T>> layers, List<List<T>> g) {
        return weights(layers.stream().map(this::absolute).toList(), g.stream().map(this::absolute).toList());
    }

    private List<T> absolute(List<T> row) {
        return row.stream().map(x -> field.sign(x) < 0 ? field.minus(x) : x).toList();
    }

    /**
     * Lemma B.7's layers, as many as there are eigenvalues.
     *
     * @param s eigenvalues of S, different and positive
     * @param m μ's parts in the directions of their eigenvectors, none 0
     * @param tau τ
     * @param goal C
     */
    public List<List<T>> tuple(List<T> s, List<T> m, T tau, T goal) {
        T c = goal;
        List<List<T>> layers = tuple(s, m, tau, goal, c);
        while (layers == null) {
            c = field.over(c, field.of(2));
            layers = tuple(s, m, tau, goal, c);
        }
        return layers;
    }

    /** With this c, or {@code null} where a denominator 1 + s b is within ½ of 0. */
    private List<List<T>> tuple(List<T> s, List<T> m, T tau, T goal, T c) {
        List<T> a = new ArrayList<>(Collections.nCopies(s.size(), one));
        List<T> b = new ArrayList<>(Collections.nCopies(s.size(), zero));
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < s.size(); i++) {
            left.add(i);
        }
        List<List<T>> layers = new ArrayList<>();
        while (true) {
            Integer k = left.get(0);
            for (Integer i : left) {
                k = field.sign(minus(z(s, a, i), z(s, a, k))) < 0 ? i : k;
            }
            T denominator = field.plus(one, field.times(s.get(k), b.get(k)));
            T magnitude = field.sign(denominator) < 0 ? field.minus(denominator) : denominator;
            if (field.sign(minus(magnitude, field.of(0.5))) < 0) {
                return null;
            }
            denominator = field.times(field.times(a.get(k), a.get(k)), denominator);
            T ofGoal = field.plus(s.get(k), tau);
            if (left.size() == 1) {
                T alpha = field.over(minus(field.over(goal, ofGoal), field.times(field.over(goal, c), b.get(k))), denominator);
                T beta = field.over(minus(field.over(goal, c), one), last(s, m, b));
                layers.add(List.of(zero, one, alpha, beta));
                return layers;
            }
            T kappa = field.minus(field.over(one, z(s, a, k)));
            T eta = field.over(minus(field.over(c, ofGoal), b.get(k)), denominator);
            layers.add(List.of(kappa, eta, one, zero));
            for (int i = 0; i < s.size(); i++) {
                T square = field.times(a.get(i), a.get(i));
                b.set(i, field.plus(b.get(i), field.times(field.times(eta, square),
                        field.plus(one, field.times(s.get(i), b.get(i))))));
                a.set(i, field.times(a.get(i), field.plus(one, field.times(field.times(kappa, s.get(i)), square))));
            }
            left.remove(k);
        }
    }

    private T z(List<T> s, List<T> a, int i) {
        return field.times(s.get(i), field.times(a.get(i), a.get(i)));
    }

    /** The last diagonal entry of T G Tᵀ, where the last row of T is (b(S)μ, 1). */
    private T last(List<T> s, List<T> m, List<T> b) {
        T sum = one;
        for (int i = 0; i < s.size(); i++) {
            T bm = field.times(b.get(i), m.get(i));
            sum = field.plus(sum, field.times(bm, field.plus(field.times(s.get(i), bm), field.times(field.of(2), m.get(i)))));
        }
        return sum;
    }

    private T minus(T x, T y) {
        return field.plus(x, field.minus(y));
    }

    private static <T> List<List<T>> constant(int n, T value) {
        List<List<T>> matrix = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            matrix.add(new ArrayList<>(Collections.nCopies(n, value)));
        }
        return matrix;
    }

    private List<List<T>> transposed(List<List<T>> x) {
        List<List<T>> transposed = constant(x.size(), zero);
        for (int i = 0; i < x.size(); i++) {
            for (int j = 0; j < x.size(); j++) {
                transposed.get(j).set(i, x.get(i).get(j));
            }
        }
        return transposed;
    }

    private List<List<T>> times(List<List<T>> x, List<List<T>> y) {
        List<List<T>> product = constant(x.size(), zero);
        for (int i = 0; i < x.size(); i++) {
            for (int k = 0; k < x.size(); k++) {
                if (field.sign(x.get(i).get(k)) != 0) {
                    for (int j = 0; j < x.size(); j++) {
                        T more = field.times(x.get(i).get(k), y.get(k).get(j));
                        product.get(i).set(j, field.plus(product.get(i).get(j), more));
                    }
                }
            }
        }
        return product;
    }
}
