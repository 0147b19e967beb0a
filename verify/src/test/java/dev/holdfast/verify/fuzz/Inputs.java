package dev.holdfast.verify.fuzz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files among the resources of the tests. */
public final class Inputs {
    private Inputs() {}

    /** Those of a folder beside a class, sorted; none where there is no such folder. */
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
