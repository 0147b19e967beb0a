package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Implementation;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No method of the kernel takes or gives a vector. The compiler inlines every method of the Vector API, but helpers of
 * ours only while the method around them is small, and boxes what crosses a call: the loop around it is many times
 * slower, in some JVMs and not in others. {@link AllocationIT} looks at what is left.
 */
class VectorsStayInMethodsTest {
    @Test
    void noMethodTakesOrGivesAVector() throws IOException {
        List<ClassModel> classes = kernelClasses();
        assertTrue(classes.stream().anyMatch(type -> simpleName(type).equals("VectorKernels")));
        List<String> crossed = classes.stream()
                .flatMap(type -> type.methods().stream()
                        .filter(method -> method.methodType().stringValue().contains("jdk/incubator/vector/"))
                        .map(method -> simpleName(type) + "." + method.methodName().stringValue()))
                .toList();
        assertEquals(List.of(), crossed);
    }

    private static String simpleName(ClassModel type) {
        String name = type.thisClass().asInternalName();
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** From a directory of classes or a jar, whichever Maven has at the time. */
    private static List<ClassModel> kernelClasses() throws IOException {
        Path location = Path.of(URI.create(
                Implementation.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        if (Files.isDirectory(location)) {
            return parse(location);
        }
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
            return parse(jar.getPath("/"));
        }
    }

    private static List<ClassModel> parse(Path root) throws IOException {
        List<ClassModel> classes = new ArrayList<>();
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
                classes.add(ClassFile.of().parse(Files.readAllBytes(file)));
            }
        }
        return classes;
    }
}
