package dev.holdfast.verify.fuzz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What fuzz targets are fed besides what they begin with. */
public final class Inputs {
    private static final List<String> TEXTS = List.of("0", "-1", "2", "255", "65537", "2147483647", "4294967296", "1e308", "-0.0",
            "1e-320", "NaN", "x", "\"", ",", "\n", "\n--\n", "\u0000", "\u00ff\u00ff", "{", "'", " ");
    private static final double[] NUMBERS = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, -1, 1e300,
        0x1p-149};

    private Inputs() {}

    /** Bytes that mean something to loaders: texts, and floats and doubles as files have them. */
    static List<byte[]> tokens() {
        List<byte[]> tokens = new ArrayList<>();
        TEXTS.forEach(text -> tokens.add(text.getBytes(StandardCharsets.ISO_8859_1)));
        for (double number : NUMBERS) {
            tokens.add(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat((float) number).array());
            tokens.add(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(number).array());
        }
        return tokens;
    }

    /** What a target begins with, and what was kept of it: the resources beside this class, a folder a target. */
    static List<byte[]> of(String target) throws Exception {
        List<byte[]> inputs = new ArrayList<>(Targets.all().get(target).seeds());
        for (Path kept : beside(Inputs.class, target)) {
            inputs.add(Files.readAllBytes(kept));
        }
        return inputs;
    }

    /** Files of the tests' resources: those of a folder beside a class, sorted; none where there is no such folder. */
    public static List<Path> beside(Class<?> type, String folder) throws IOException {
        Path directory = directory(type).resolve(folder);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Path directory(Class<?> type) {
        try {
            return Path.of(type.getResource(type.getSimpleName() + ".class").toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
