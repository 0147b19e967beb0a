package dev.holdfast.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch from its jar, held to a number of threads, which is one JVM's for good. */
final class PyTorch {
    private PyTorch() {}

    /** {@link #manager(int)} for one thread. */
    static NDManager manager() {
        return manager(1);
    }

    /** The owner of the arrays; what is made under it lives until the JVM ends. */
    static NDManager manager(int expected) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(expected));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.out.println(Engine.getEngine("PyTorch"));
        int threads = JniUtils.getNumThreads();
        if (threads != expected) {
            throw new IllegalStateException("PyTorch runs " + threads + " threads, expected " + expected);
        }
        return NDManager.newBaseManager("PyTorch");
    }

    static NDArray matrix(NDManager manager, float[] values, int rows) {
        return manager.create(values, new Shape(rows, values.length / rows));
    }

    /** Rows of Z: the labels follow the features. */
    static float[] demonstrations(float[] x, float[] y) {
        int d = x.length / y.length;
        float[] z = new float[x.length + y.length];
        for (int n = 0; n < y.length; n++) {
            System.arraycopy(x, n * d, z, n * (d + 1), d);
            z[n * (d + 1) + d] = y[n];
        }
        return z;
    }
}
