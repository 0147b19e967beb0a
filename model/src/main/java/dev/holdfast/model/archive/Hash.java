package dev.holdfast.model.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of numbers in the order in which they come, each little-endian, by its bits. */
public final class Hash {
    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 13).order(ByteOrder.LITTLE_ENDIAN);

    public Hash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // every Java platform has it
            throw new IllegalStateException(e);
        }
    }

    public Hash add(float... values) {
        for (float value : values) {
            room(Float.BYTES).putFloat(value);
        }
        return this;
    }

    public Hash add(double... values) {
        for (double value : values) {
            room(Double.BYTES).putDouble(value);
        }
        return this;
    }

    /** Of numbers that are mostly 0 those that are not, each behind its place, and −1 behind the last: as no others give. */
    public Hash addSparse(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                room(Double.BYTES).putDouble(i);
                room(Double.BYTES).putDouble(values[i]);
            }
        }
        room(Double.BYTES).putDouble(-1);
        return this;
    }

    /** As ASCII. */
    public Hash add(String text) {
        flush();
        digest.update(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        digest.update(buffer.flip());
        buffer.clear();
    }

    /** 64 hexadecimal digits. */
    public String hex() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }
}
