package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Implementation;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * No method of the kernel is longer than the 325 bytes up to which the compiler inlines a hot method
 * ({@code FreqInlineSize}): vectors that cross a call that was not inlined are boxed, and the loop around it is many
 * times slower. Those of {@link #MEASURED} pass arrays alone, were measured (bench: 0 B a call), and are better off
 * compiled by themselves: a caller that inlines too many vector operations boxes the last of them.
 */
class MethodSizeTest {
    private static final int BYTES = 325;
    private static final Set<String> MEASURED = Set.of(
            "VectorContext.addEight", "VectorContext.dots", "VectorContext.panels", "VectorContext.lanesAndSums",
            "VectorContext.dotPanel", "VectorContext.addPanel", "VectorContext.folds",
            "VectorByteContext.narrow", "VectorKernels.scoreFours", "VectorKernels.certain", "VectorBox.cornerScore",
            "VectorKernels.scoreFourHalves", "VectorTile.fourRows", "VectorTile.eightByEight",
            "VectorTile.eightRows", "VectorTile.eightHalfRows", "VectorStreams.pairs", "VectorSolvers.fourByFour",
            "VectorSolvers.twoByFour", "VectorSolvers.subtractFourDots", "VectorSolvers.subtractTwoDots",
            "VectorSolvers.fourSymmetricRows", "VectorSolvers.twoSymmetricRows", "VectorSolvers.subtractFourPairs",
            "VectorSolvers.subtractTwoPairs");

    @Test
    void theCompilerCanInlineEveryMethodOfTheKernel() throws IOException {
        List<ClassModel> classes = kernelClasses();
        assertTrue(classes.stream().anyMatch(type -> type.thisClass().asInternalName().endsWith("/VectorKernels")));
        Set<String> tooLong = new HashSet<>();
        for (ClassModel type : classes) {
            type.methods().forEach(method -> method.findAttribute(Attributes.code())
                    .filter(code -> code.codeLength() > BYTES)
                    .ifPresent(code -> tooLong.add(simpleName(type) + "." + method.methodName().stringValue())));
        }
        assertEquals(MEASURED, tooLong);
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
