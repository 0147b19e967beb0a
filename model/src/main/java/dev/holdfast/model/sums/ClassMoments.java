package dev.holdfast.model.sums;

import dev.holdfast.kernel.ExactProducts;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The moments of each class. */
public final class ClassMoments implements Sums {
    /** Rows of a class that are added to exact sums together. */
    private static final int BLOCK = ExactProducts.ROWS;

    private final int d;
    private final Moments[] byClass;
    /** Rows on their way into the moments. */
    private final float[][] block = new float[BLOCK][];
    /** To work in, once blocks of rows are added to exact products; or else {@code null}. */
    private double[][] work;

    private ClassMoments(int d, Moments[] byClass) {
        this.d = d;
        this.byClass = byClass;
    }

    /** No rows. @param products whether Σ x xᵀ is kept, or its diagonal alone */
    public static ClassMoments empty(int d, int classes, boolean products, boolean exact) {
        Moments[] byClass = new Moments[classes];
        Arrays.setAll(byClass, c -> exact ? new ExactMoments(d, products) : new FastMoments(d, products));
        return new ClassMoments(d, byClass);
    }

    /** Not a copy. */
    public Moments of(int c) {
        return byClass[c];
    }

    public int classes() {
        return byClass.length;
    }

    public boolean hasProducts() {
        return byClass[0].hasProducts();
    }

    @Override
    public boolean isExact() {
        return byClass[0] instanceof ExactMoments;
    }

    @Override
    public double size() {
        double size = 0;
        for (Moments moments : byClass) {
            size += moments.size();
        }
        return size;
    }

    @Override
    public void add(float[] x, int offset, int stride, int[] classes) {
        int[] more = new int[byClass.length];
        for (int c : classes) {
            more[c]++;
        }
        for (int c = 0; c < more.length; c++) {
            byClass[c].checkAdd(more[c]);
        }
        if (!isExact()) {
            for (int n = 0; n < classes.length; n++) {
                ((FastMoments) byClass[classes[n]]).add(x, offset + n * stride);
            }
            return;
        }
        for (int c = 0; c < byClass.length; c++) {
            int n = 0;
            for (int left = more[c]; left > 0; left -= Math.min(BLOCK, left)) {
                int rows = Math.min(BLOCK, left);
                for (int row = 0; row < rows; n++) {
                    if (classes[n] == c) {
                        load(x, offset + n * stride, row++);
                    }
                }
                ((ExactMoments) byClass[c]).add(block, rows, work(rows));
            }
        }
    }

    /** To add so many rows together, or {@code null} where they are added one by one. */
    private double[][] work(int rows) {
        if (!hasProducts() || rows < ExactProducts.FEW) {
            return null;
        }
        if (work == null) {
            work = ExactProducts.work(d);
        }
        return work;
    }

    private void load(float[] x, int o, int row) {
        if (block[row] == null) {
            block[row] = new float[d];
        }
        System.arraycopy(x, o, block[row], 0, d);
    }

    @Override
    public void remove(float[] x, int c) {
        load(x, 0, 0);
        byClass[c].remove(block[0]);
    }

    @Override
    public void fade(double factor) {
        for (Moments moments : byClass) {
            moments.fade(factor);
        }
    }

    @Override
    public void merge(Sums other) {
        ClassMoments same = (ClassMoments) other;
        for (int c = 0; c < byClass.length; c++) {
            byClass[c].checkMerge(same.byClass[c]);
        }
        for (int c = 0; c < byClass.length; c++) {
            byClass[c].merge(same.byClass[c]);
        }
    }

    @Override
    public void settle() {
        for (Moments moments : byClass) {
            moments.settle();
        }
    }

    @Override
    public ClassMoments copy() {
        return new ClassMoments(d, Arrays.stream(byClass).map(Moments::copy).toArray(Moments[]::new));
    }

    /** Copies of some of the classes. */
    public ClassMoments only(int[] classes) {
        return new ClassMoments(d, Arrays.stream(classes).mapToObj(c -> byClass[c].copy()).toArray(Moments[]::new));
    }

    /** The moments of several classes taken together, apart from those here. */
    public Moments union(int... classes) {
        Moments union = byClass[classes[0]].copy();
        for (int k = 1; k < classes.length; k++) {
            union.merge(byClass[classes[k]]);
        }
        return union;
    }

    @Override
    public void to(Map<String, Npz.Array> arrays, FlatJson meta) {
        for (int c = 0; c < byClass.length; c++) {
            byClass[c].to(arrays, meta, "_" + c);
        }
    }

    @Override
    public void to(Hash hash) {
        for (Moments moments : byClass) {
            moments.to(hash);
        }
    }

    /** What {@link #to(Map, FlatJson)} gave. */
    public static ClassMoments from(Npz file, FlatJson meta, int d, int classes, boolean products, boolean exact)
            throws IOException {
        Moments[] byClass = new Moments[classes];
        for (int c = 0; c < classes; c++) {
            byClass[c] = exact
                    ? ExactMoments.from(file, meta, "_" + c, d, products)
                    : FastMoments.from(file, meta, "_" + c, d, products);
        }
        return new ClassMoments(d, byClass);
    }

    /** The arrays that {@link #to(Map, FlatJson)} adds. */
    public static Set<String> names(int classes, boolean exact) {
        Set<String> names = new TreeSet<>();
        for (int c = 0; c < classes; c++) {
            for (String name : exact ? ExactMoments.NAMES : FastMoments.NAMES) {
                names.add(name + "_" + c);
            }
        }
        return names;
    }
}
