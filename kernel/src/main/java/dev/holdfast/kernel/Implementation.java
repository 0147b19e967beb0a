package dev.holdfast.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * Which implementation of the kernels runs in this JVM, chosen once, when the first kernel is called, and said in one
 * line to the {@link System.Logger} {@code dev.holdfast.kernel}.
 *
 * <p>The system property {@code holdfast.simd} has the say:
 * <ul>
 * <li>{@code auto} (the default): the Vector API where the JVM has the module {@code jdk.incubator.vector}, the class
 *     loader of this class sees it, vectors have 128 bits or more and the optimising compiler runs; plain Java elsewhere,
 *     which is many times slower.
 * <li>{@code require}: the Vector API, or every kernel throws {@link IllegalStateException} that says what is missing.
 * <li>{@code off}: plain Java.
 * </ul>
 */
public final class Implementation {
    /** {@code null} where the property asks for what cannot be had; {@link #REASON} then says why. */
    private static final Kernels KERNELS;

    private static final String NAME;
    private static final String REASON;

    static {
        String simd = System.getProperty("holdfast.simd", "auto");
        boolean known = List.of("auto", "require", "off").contains(simd);
        String obstacle = known ? obstacle(simd) : "holdfast.simd = " + simd + ", expected auto, require or off";
        boolean vector = obstacle == null;
        if (!known || simd.equals("require") && !vector) {
            KERNELS = null;
            NAME = "none";
            REASON = obstacle;
        } else {
            KERNELS = vector ? Vectors.kernels() : new ScalarKernels();
            NAME = vector ? "simd-" + Vectors.bits() : "scalar";
            REASON = vector
                    ? "holdfast.simd = " + simd + " and vectors have " + Vectors.bits() + " bits" + Vectors.lacks()
                    : obstacle;
            Logger logger = System.getLogger("dev.holdfast.kernel");
            boolean fallback = !vector && simd.equals("auto");
            logger.log(fallback ? Level.WARNING : Level.INFO, "Holdfast kernels: " + NAME + ", because " + REASON);
            if (fusedMultiplyAddNanos() > 1000) {
                logger.log(Level.WARNING, "Holdfast kernels: this machine has no fused multiply-add; emulating it makes"
                        + " every kernel hundreds of times slower");
            }
        }
    }

    /** Why the Vector API does not run where {@code holdfast.simd} has this value; {@code null} where it does. */
    private static String obstacle(String simd) {
        if (simd.equals("off")) {
            return "holdfast.simd = off";
        }
        Optional<Module> module = ModuleLayer.boot().findModule("jdk.incubator.vector");
        if (module.isEmpty()) {
            return "the module jdk.incubator.vector is missing: run with --add-modules jdk.incubator.vector";
        }
        if (!sees(module.get())) {
            return "the class loader of Holdfast does not see the package jdk.incubator.vector: let it ask its parent";
        }
        if (Vectors.bits() < 128) {
            return "this JVM's vectors have " + Vectors.bits() + " bits, expected at least 128";
        }
        String vm = System.getProperty("java.vm.info", "");
        boolean optimises = !vm.contains("interpreted") && !vm.contains("emulated-client");
        return optimises || simd.equals("require") ? null : "the optimising compiler is off (" + vm + ")";
    }

    /** A class loader of a container may hide what the JVM has. */
    private static boolean sees(Module vector) {
        try {
            Class<?> type = Class.forName("jdk.incubator.vector.Vector", false, Implementation.class.getClassLoader());
            return type.getModule() == vector && Implementation.class.getModule().canRead(vector);
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private Implementation() {}

    /** Touched only behind the guard, so that no class of the Vector API loads where the module is missing. */
    private static final class Vectors {
        static int bits() {
            return VectorKernels.BITS;
        }

        static String lacks() {
            return VectorKernels.LACKS;
        }

        static Kernels kernels() {
            return new VectorKernels();
        }
    }

    /** The best of a few short runs: about 10 ns interpreted on hardware that has it, 10 µs where BigDecimal stands in. */
    private static double fusedMultiplyAddNanos() {
        long best = Long.MAX_VALUE;
        float sum = 0;
        for (int run = 0; run < 5; run++) {
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                sum = Math.fma(0.7f, sum, i);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return sum == 0 ? 0 : best / 20.0;
    }

    /** The chosen twin; the compiler sees a constant. */
    static Kernels kernels() {
        if (KERNELS == null) {
            throw new IllegalStateException("Holdfast kernels: " + REASON);
        }
        return KERNELS;
    }

    /**
     * The implementation that runs: {@code simd-128}, {@code simd-256} or {@code simd-512} by the width of the vectors
     * in bits, or {@code scalar}.
     *
     * @throws IllegalStateException if {@code -Dholdfast.simd} asks for what cannot be had
     */
    public static String name() {
        kernels();
        return NAME;
    }

    /** Why {@link #name()} runs, in one line. */
    public static String reason() {
        return REASON;
    }
}
