package dev.holdfast.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of this hardware, and how the 16 float lanes (8 double lanes) of the contract lie in them: in 1, 2 or 4
 * parts. Everything here is {@code static final} and depends on the width alone, so the compiler removes the branches
 * of the other widths.
 *
 * <p>No method here or elsewhere in the kernel takes or gives a vector. The compiler always inlines the methods of the
 * Vector API; helpers of ours it leaves out once the method around them has its fill of nodes, and boxes what crosses.
 */
final class Lanes {
    /** Wider hardware runs 512-bit vectors: a row has no more than 16 lanes. */
    static final int BITS = Math.min(512, VectorShape.preferredShape().vectorBitSize());

    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));
    static final VectorSpecies<Double> D = VectorSpecies.of(double.class, VectorShape.forBitSize(BITS));
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));
    /** As many floats as {@link #D} has doubles. */
    static final VectorSpecies<Float> H = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS / 2));
    static final VectorSpecies<Integer> HI = VectorSpecies.of(int.class, VectorShape.forBitSize(BITS / 2));

    /**
     * The classes of these vectors. JDK 17's compiler does not know the class of what a loop carries, or of what comes of a
     * call that it will inline late, and boxes such a vector; a cast tells it, and costs nothing.
     */
    static final Class<FloatVector> FLOATS = exact(F.vectorType());
    static final Class<DoubleVector> DOUBLES = exact(D.vectorType());
    static final Class<IntVector> INTS = exact(I.vectorType());
    static final Class<FloatVector> HALF_FLOATS = exact(H.vectorType());
    static final Class<IntVector> HALF_INTS = exact(HI.vectorType());

    static final int L = F.length();
    static final int LD = D.length();

    /** Lanes of a dot product of floats. */
    static final int LANES = 16;
    /** Lanes of a dot product in double. */
    static final int DOUBLE_LANES = 8;
    /** Vectors that hold the lanes of one row. */
    static final int PARTS = LANES / L;

    // a fold by exclusive or leaves the sum in every lane, in the same order at any width
    static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(F, l -> l ^ 8 & L - 1);
    static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(F, l -> l ^ 4 & L - 1);
    static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(F, l -> l ^ 2);
    static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(F, l -> l ^ 1);
    static final VectorShuffle<Double> SWAP_4D = VectorShuffle.fromOp(D, l -> l ^ 4 & LD - 1);
    static final VectorShuffle<Double> SWAP_2D = VectorShuffle.fromOp(D, l -> l ^ 2 & LD - 1);
    static final VectorShuffle<Double> SWAP_1D = VectorShuffle.fromOp(D, l -> l ^ 1);

    // the lanes l with l & h: where two rows are folded together, the second one's half
    static final VectorMask<Float> UPPER_8 = VectorMask.fromLong(F, 0xFF00);
    static final VectorMask<Float> UPPER_4 = VectorMask.fromLong(F, 0xF0F0);
    static final VectorMask<Float> UPPER_2 = VectorMask.fromLong(F, 0xCCCC);
    static final VectorMask<Float> UPPER_1 = VectorMask.fromLong(F, 0xAAAA);

    static final VectorMask<Double> UPPER_4D = VectorMask.fromLong(D, 0xF0);
    static final VectorMask<Double> UPPER_2D = VectorMask.fromLong(D, 0xCC);
    static final VectorMask<Double> UPPER_1D = VectorMask.fromLong(D, 0xAA);

    /** No bits set, then all, then none: what is read from 32 − k on keeps k elements, from 16 − k on all but k. */
    static final int[] EDGE = new int[3 * LANES];

    static {
        Arrays.fill(EDGE, LANES, 2 * LANES, -1);
    }

    private Lanes() {}

    @SuppressWarnings("unchecked")
    static <V> Class<V> exact(Class<?> type) {
        return (Class<V>) type;
    }

    /** How many of the rows do not reach the array's end with {@code read} elements from their start on. */
    static int rowsInside(int length, int offset, int stride, int rows, int read) {
        return (int) Math.min(rows, Math.max(0L, ((long) length - offset - read + stride) / stride));
    }
}
