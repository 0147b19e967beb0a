package dev.holdfast.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasUpper;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_ssyrk;

import org.bytedeco.javacpp.FloatPointer;

/** G = Z Zᵀ by {@code ssyrk} of OpenBLAS, in native memory: the upper triangle only. */
public final class OpenBlasGram implements MatrixPeer {
    private final int n;
    private final int size;
    private final FloatPointer z;
    private final FloatPointer g;

    /** For n demonstrations of {@code size} entries, row-major; they are copied. */
    public OpenBlasGram(int n, int size, float[] z) {
        OpenBlas.load();
        this.n = n;
        this.size = size;
        this.z = OpenBlas.copy(z);
        g = new FloatPointer((long) size * size);
    }

    @Override
    public void run() {
        cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, size, n, 1, z, size, 0, g, size);
    }

    /** Both triangles, the lower one copied from the upper. */
    @Override
    public float[] result() {
        float[] matrix = OpenBlas.copy(g, size * size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < i; j++) {
                matrix[i * size + j] = matrix[j * size + i];
            }
        }
        return matrix;
    }
}
