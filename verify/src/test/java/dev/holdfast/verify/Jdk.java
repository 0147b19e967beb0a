package dev.holdfast.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The JDKs that kernel and model are tested on: the oldest one, which compiles them, and that of the tests. */
public enum Jdk {
    OLDEST {
        @Override
        Path home() {
            return find17();
        }
    },
    NEWEST {
        @Override
        Path home() {
            return Path.of(System.getProperty("java.home"));
        }
    };

    abstract Path home();

    /** Its {@code java} or {@code javac}, as a command. */
    public String program(String name) {
        return home().resolve("bin").resolve(name).toString();
    }

    /** What a command prints that ends well. */
    public String run(Path directory, String program, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program(program)));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    /** The one that {@code -Dholdfast.jdk17} names, Maven's own, or one that is installed beside these two JDKs. */
    private static Path find17() {
        Stream<Path> known = Stream.of("holdfast.jdk17", "holdfast.maven.jdk", "java.home")
                .map(System::getProperty).filter(name -> name != null).map(Path::of);
        return known.flatMap(home -> Stream.concat(Stream.of(home), beside(home))).filter(Jdk::is17).findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "found no JDK 17 to test on: install one, or say where it is by -Dholdfast.jdk17=DIR"));
    }

    private static Stream<Path> beside(Path home) {
        try (Stream<Path> found = Files.list(home.toAbsolutePath().getParent())) {
            return found.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean is17(Path home) {
        try {
            Path release = home.resolve("release");
            return Files.isExecutable(home.resolve("bin/javac"))
                    && Files.readString(release).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            return false;
        }
    }
}
