package dev.holdfast.verify;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.reference.OrderedReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fresh JVM that runs a program of the tests on the class path; its errors go where its output goes. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * @param options of the JVM
     * @param program a class of the tests, with a main method
     */
    public static ProcessBuilder of(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("--class-path", String.join(System.getProperty("path.separator"),
                location(Implementation.class), location(LinearTransformer.class), location(OrderedReference.class),
                tests(program))));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
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
