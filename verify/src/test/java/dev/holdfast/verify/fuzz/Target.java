package dev.holdfast.verify.fuzz;

import java.util.List;

/** What takes bytes of any kind, and has a law for what becomes of them. */
public interface Target {
    /** Inputs that a fuzzer begins with: one of each kind that is read. */
    List<byte[]> seeds() throws Exception;

    /** Takes an input; throws what the law forbids, or an {@link AssertionError} that says what is wrong. */
    void feed(byte[] input) throws Exception;
}
