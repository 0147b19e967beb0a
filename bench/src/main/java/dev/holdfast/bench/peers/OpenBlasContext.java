package dev.holdfast.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** The context state by two {@code sgemv} of OpenBLAS, in native memory. */
public final class OpenBlasContext implements ContextPeer {
    private final int n;
    private final int d;
    private final float pd;
    private final List<FloatPointer> x = new ArrayList<>();
    private final List<FloatPointer> y = new ArrayList<>();
    private final FloatPointer p;
    private final FloatPointer s;
    private final FloatPointer a;

    /** For tasks of n rows of d features; p, d+1 entries, is copied. */
    public OpenBlasContext(int n, int d, float[] p) {
        OpenBlas.load();
        this.n = n;
        this.d = d;
        this.pd = p[d];
        this.p = OpenBlas.copy(p);
        s = new FloatPointer(n);
        a = new FloatPointer(d + 1L);
    }

    @Override
    public void add(float[] features, float[] labels) {
        x.add(OpenBlas.copy(features));
        y.add(OpenBlas.copy(labels));
    }

    @Override
    public void run(int task) {
        FloatPointer features = x.get(task);
        FloatPointer labels = y.get(task);
        cblas_sgemv(CblasRowMajor, CblasNoTrans, n, d, 1, features, d, p, 1, 0, s, 1);
        cblas_saxpy(n, pd, labels, 1, s, 1);
        cblas_sgemv(CblasRowMajor, CblasTrans, n, d, 1, features, d, s, 1, 0, a, 1);
        a.put(d, cblas_sdot(n, s, 1, labels, 1));
    }

    @Override
    public float[] state() {
        return OpenBlas.copy(a, d + 1);
    }
}
