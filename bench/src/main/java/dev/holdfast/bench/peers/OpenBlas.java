package dev.holdfast.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS from its jar: loaded, held to one thread, and its memory. */
final class OpenBlas {
    private OpenBlas() {}

    /** Loads the library, says what it is and for which core its kernels are, and fails where it has more threads. */
    static void load() {
        Loader.load(openblas_nolapack.class);
        System.out.println("OpenBLAS: " + configuration());
        blas_set_num_threads(1);
        int threads = blas_get_num_threads();
        if (threads != 1) {
            throw new IllegalStateException("OpenBLAS runs " + threads + " threads, expected 1");
        }
    }

    /** {@code openblas_get_config}, which the bindings leave out: version, options, and the core that was detected. */
    @SuppressWarnings("restricted")
    private static String configuration() {
        try {
            MemorySegment function = MemorySegment.ofAddress(Loader.addressof("openblas_get_config").address());
            MethodHandle call = Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(ValueLayout.ADDRESS));
            MemorySegment text = (MemorySegment) call.invokeExact();
            return text.reinterpret(Integer.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("OpenBLAS does not say its configuration: " + e, e);
        }
    }

    static FloatPointer copy(float[] values) {
        return new FloatPointer(values);
    }

    static float[] copy(FloatPointer pointer, int length) {
        float[] values = new float[length];
        pointer.get(values);
        return values;
    }
}
