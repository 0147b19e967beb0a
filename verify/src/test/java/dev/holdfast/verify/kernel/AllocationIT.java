package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.ExactProducts;
import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.verify.ChildJvm;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loops of the kernel allocate nothing, whatever the width of the vectors: none is boxed once the compiler is done. */
class AllocationIT {
    private static final List<Class<?>> KERNEL = List.of(AdversarialGradient.class, Cholesky.class, CoordinateDescent.class,
            DepthGradient.class, DoubleProduct.class, ExactProducts.class, ExactSums.class, LinearAttention.class, MatrixProduct.class,
            ProjectedDescent.class, RandomStreams.class, Tridiagonal.class);
    /** They give a BigDecimal, and arrays to work in. */
    private static final Set<String> ALLOCATES = Set.of("exact", "work");

    @Test
    void everyOperationIsCalled() {
        Set<String> operations = KERNEL.stream()
                .flatMap(type -> Stream.of(type.getMethods()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.toLowerCase().endsWith("length") && !ALLOCATES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> called = SteadyCalls.calls().keySet().stream()
                .map(name -> name.split(" ")[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(operations, called);
    }

    /** Bytes of the widest vector: a JVM has no wider ones, whatever the hardware has. */
    @ParameterizedTest
    @ValueSource(ints = {64, 32, 16})
    void noOperationAllocates(int bytes) throws Exception {
        List<String> options = List.of("-Xbatch", "--add-modules", "jdk.incubator.vector", "-Dholdfast.simd=require",
                "-XX:MaxVectorSize=" + bytes);
        Process process = ChildJvm.of(options, SteadyCalls.class).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains("runs simd-") && out.endsWith("done" + System.lineSeparator()), out);
        assertTrue(out.lines().noneMatch(line -> line.startsWith("allocates")), out);
    }
}
