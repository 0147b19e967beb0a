package dev.holdfast.verify;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.reference.OrderedReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A fresh JVM that runs a program of the tests on the class path; its errors go where its output goes. */
public final class ChildJvm {
    /** Where programs lie that have been compiled for the oldest JDK, by their names. */
    private static final Map<String, String> COMPILED = new ConcurrentHashMap<>();

    private ChildJvm() {}

    /** {@link #of(Jdk, List, Class, String...)} on the JDK of the tests. */
    public static ProcessBuilder of(List<String> options, Class<?> program, String... arguments) {
        return of(Jdk.NEWEST, options, program, arguments);
    }

    /**
     * @param options of the JVM
     * @param program a class of the tests, with a main method; on the oldest JDK it is compiled anew, and may need no more
     *     than kernel, model and the reference
     */
    public static ProcessBuilder of(Jdk jdk, List<String> options, Class<?> program, String... arguments) {
        List<String> classPath = new ArrayList<>(library());
        if (jdk == Jdk.NEWEST) {
            classPath.addAll(List.of(location(OrderedReference.class), tests(program)));
        } else {
            classPath.add(COMPILED.computeIfAbsent(program.getName(), ChildJvm::compile));
        }
        List<String> command = new ArrayList<>(List.of(jdk.program("java")));
        command.addAll(options);
        command.addAll(List.of("--class-path", path(classPath), program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static String compile(String program) {
        String name = program.replace('.', '/') + ".java";
        Path classes = Path.of("target", "classes-of-the-oldest", program).toAbsolutePath();
        try (Stream<Path> reference = Files.list(Path.of("src/main/java/dev/holdfast/verify/reference"))) {
            List<String> arguments = new ArrayList<>(List.of("-J-XX:TieredStopAtLevel=1", "-encoding", "UTF-8",
                    "--class-path", path(library()), "-sourcepath", "src/test/java", "-d", classes.toString()));
            reference.map(Path::toString).forEach(arguments::add);
            arguments.add("src/test/java/" + name);
            Jdk.OLDEST.run(Path.of("."), "javac", arguments);
        } catch (Exception e) {
            throw new IllegalStateException("compiling " + name, e);
        }
        return classes.toString();
    }

    private static List<String> library() {
        return List.of(location(Implementation.class), location(LinearTransformer.class));
    }

    private static String path(List<String> parts) {
        return String.join(System.getProperty("path.separator"), parts);
    }

    /** Where the tests' classes lie; their own module says where it lies without them. */
    private static String tests(Class<?> program) {
        try {
            Path tests = Path.of(program.getResource(program.getSimpleName() + ".class").toURI());
            for (String part : program.getName().split("\\.")) {
                tests = tests.getParent();
            }
            return tests.toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }
}
