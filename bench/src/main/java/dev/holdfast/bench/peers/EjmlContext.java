package dev.holdfast.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.mult.VectorVectorMult_FDRM;

/** The context state by two products of a matrix and a vector of EJML. */
public final class EjmlContext implements ContextPeer {
    private final int n;
    private final int d;
    private final float pd;
    private final List<FMatrixRMaj> x = new ArrayList<>();
    private final List<FMatrixRMaj> y = new ArrayList<>();
    private final FMatrixRMaj p;
    private final FMatrixRMaj s;
    private final FMatrixRMaj a;

    /** For tasks of n rows of d features; p, d+1 entries, is copied. */
    public EjmlContext(int n, int d, float[] p) {
        this.n = n;
        this.d = d;
        this.pd = p[d];
        this.p = new FMatrixRMaj(d, 1);
        System.arraycopy(p, 0, this.p.data, 0, d);
        s = new FMatrixRMaj(n, 1);
        a = new FMatrixRMaj(d, 1);
        a.data = new float[d + 1];
    }

    @Override
    public void add(float[] features, float[] labels) {
        x.add(FMatrixRMaj.wrap(n, d, features));
        y.add(FMatrixRMaj.wrap(n, 1, labels));
    }

    @Override
    public void run(int task) {
        FMatrixRMaj features = x.get(task);
        FMatrixRMaj labels = y.get(task);
        CommonOps_FDRM.mult(features, p, s);
        CommonOps_FDRM.addEquals(s, pd, labels);
        CommonOps_FDRM.multTransA(features, s, a);
        a.data[d] = VectorVectorMult_FDRM.innerProd(s, labels);
    }

    @Override
    public float[] state() {
        return a.data;
    }
}
