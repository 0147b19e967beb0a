package dev.holdfast.model.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The program and version that writes a file. */
public final class Product {
    /** Such as {@code holdfast 0.1.0}. */
    public static final String NAME = "holdfast " + version();

    private Product() {}

    /** The version that the build has written into a resource: it is there on the class path too. */
    private static String version() {
        try (InputStream in = Product.class.getResourceAsStream("version")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
