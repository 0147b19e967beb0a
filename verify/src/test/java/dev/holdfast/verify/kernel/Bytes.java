package dev.holdfast.verify.kernel;

import java.util.Arrays;
import java.util.Random;

/** A matrix of bytes somewhere inside an array of random ones: a kernel that reads beside the rows gives other bits. */
record Bytes(byte[] array, int offset, int stride, int rows, int columns) {
    static Bytes draw(Random random, int rows, int columns) {
        int offset = random.nextInt(5);
        int stride = columns + random.nextInt(4);
        byte[] array = new byte[offset + rows * stride + 3];
        random.nextBytes(array);
        return new Bytes(array, offset, stride, rows, columns);
    }

    byte[][] unpacked() {
        byte[][] out = new byte[rows][];
        for (int n = 0; n < rows; n++) {
            out[n] = Arrays.copyOfRange(array, offset + n * stride, offset + n * stride + columns);
        }
        return out;
    }
}
