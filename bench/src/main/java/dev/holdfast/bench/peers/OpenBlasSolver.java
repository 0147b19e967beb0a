package dev.holdfast.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;

/**
 * {@code dpotrf}, {@code dpotri}, {@code dpotrs} and {@code dsytrd} of OpenBLAS's LAPACK, in native memory, the matrix
 * column by column. The bindings' own LAPACK is two thirds of their bytes and left out of the benchmarks' jar: the library
 * is called by its names.
 */
public final class OpenBlasSolver implements SolverPeer {
    private static final int COLUMNS = 102;
    private static final byte LOWER = 'L';

    private final String operation;
    private final int d;
    private final MemorySegment input;
    private final MemorySegment matrix;
    private final MemorySegment right;
    private final MemorySegment x;
    private final MemorySegment diagonal;
    private final MemorySegment off;
    private final MemorySegment scale;
    private final MethodHandle factor;
    private final MethodHandle inverse;
    private final MethodHandle solve;
    private final MethodHandle reduce;

    /**
     * @param operation factor, inverse, solve or reduce
     * @param a symmetric, row-major; copied
     * @param b the right side of a system; copied
     */
    public OpenBlasSolver(String operation, int d, double[] a, double[] b) {
        OpenBlas.load();
        this.operation = operation;
        this.d = d;
        Arena arena = Arena.ofAuto();
        input = arena.allocate(8L * d * d, 64);
        matrix = arena.allocate(8L * d * d, 64);
        right = arena.allocate(8L * d, 64);
        x = arena.allocate(8L * d, 64);
        diagonal = arena.allocate(8L * d, 64);
        off = arena.allocate(8L * d, 64);
        scale = arena.allocate(8L * d, 64);
        MemorySegment.copy(a, 0, input, JAVA_DOUBLE, 0, d * d);
        MemorySegment.copy(b, 0, right, JAVA_DOUBLE, 0, d);
        factor = function("LAPACKE_dpotrf", JAVA_INT, JAVA_BYTE, JAVA_INT, ADDRESS, JAVA_INT);
        inverse = function("LAPACKE_dpotri", JAVA_INT, JAVA_BYTE, JAVA_INT, ADDRESS, JAVA_INT);
        solve = function("LAPACKE_dpotrs", JAVA_INT, JAVA_BYTE, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
                JAVA_INT);
        reduce = function("LAPACKE_dsytrd", JAVA_INT, JAVA_BYTE, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        if (operation.equals("inverse") || operation.equals("solve")) {
            matrix.copyFrom(input);
            factor();
            input.copyFrom(matrix);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(MemorySegment.ofAddress(Loader.addressof(name).address()),
                        FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private void factor() {
        call(() -> (int) factor.invokeExact(COLUMNS, LOWER, d, matrix, d));
    }

    private interface Call {
        int run() throws Throwable;
    }

    private static void call(Call call) {
        int info;
        try {
            info = call.run();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (info != 0) {
            throw new IllegalStateException("LAPACK says " + info + ", expected 0");
        }
    }

    @Override
    public void run() {
        switch (operation) {
            case "factor" -> {
                matrix.copyFrom(input);
                factor();
            }
            case "inverse" -> {
                matrix.copyFrom(input);
                call(() -> (int) inverse.invokeExact(COLUMNS, LOWER, d, matrix, d));
            }
            case "solve" -> {
                x.copyFrom(right);
                call(() -> (int) solve.invokeExact(COLUMNS, LOWER, d, 1, input, d, x, d));
            }
            default -> {
                matrix.copyFrom(input);
                call(() -> (int) reduce.invokeExact(COLUMNS, LOWER, d, matrix, d, diagonal, off, scale));
            }
        }
    }

    @Override
    public double[] result() {
        double[] values = matrix.toArray(JAVA_DOUBLE);
        switch (operation) {
            case "factor" -> {
                double[] l = new double[d * d];
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j <= i; j++) {
                        l[i * d + j] = values[j * d + i];
                    }
                }
                return l;
            }
            case "inverse" -> {
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < i; j++) {
                        values[i * d + j] = values[j * d + i];
                    }
                }
                return values;
            }
            case "solve" -> {
                return x.toArray(JAVA_DOUBLE);
            }
            default -> {
                double[] t = new double[2 * d];
                MemorySegment.copy(diagonal, JAVA_DOUBLE, 0, t, 0, d);
                MemorySegment.copy(off, JAVA_DOUBLE, 0, t, d, d - 1);
                return t;
            }
        }
    }
}
