package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every kernel by reflection: each array that is too short by one, each count that is too small and each output that is
 * another argument is refused in words that name it, and nothing is written. {@link BadArgumentsTest} has the words, and
 * the arrays of arrays.
 */
class EveryArgumentTest {
    private static final List<Class<?>> KERNELS = List.of(
            AdversarialGradient.class, Cholesky.class, CoordinateDescent.class, DepthGradient.class, DoubleProduct.class,
            ExactSums.class, LinearAttention.class, MatrixProduct.class, ProjectedDescent.class, RandomStreams.class,
            Tridiagonal.class);
    /** Values of numbers by their names; 3 for other integers, 1 for other numbers. */
    private static final Map<String, Integer> VALUES = Map.ofEntries(
            Map.entry("rows", 4), Map.entry("k", 4), Map.entry("aRow", 4), Map.entry("outStride", 4), Map.entry("depth", 1),
            Map.entry("count", 2), Map.entry("tasks", 2), Map.entry("aColumn", 1), Map.entry("bColumn", 1),
            Map.entry("s", 1), Map.entry("j", 0), Map.entry("low", 0));
    /** Signs: −1 is as good as +1. */
    private static final Set<String> SIGNS = Set.of("s", "sign");
    /** What there is one of at least. */
    private static final Set<String> SIZES = Set.of("d", "size", "columns", "depth");

    private final List<String> accepted = new ArrayList<>();
    private int refusals;

    @Test
    void arraysTooShortByOneAreNamed() {
        for (Method kernel : kernels()) {
            Object[] good = good(kernel);
            for (int i = 0; i < good.length; i++) {
                if (good[i].getClass().isArray()) {
                    // the longest that is refused is one shorter than what is accepted
                    int refused = 0;
                    int enough = Array.getLength(good[i]);
                    while (enough - refused > 1) {
                        int length = (refused + enough) / 2;
                        if (thrown(kernel, shortened(good, i, length)) == null) {
                            enough = length;
                        } else {
                            refused = length;
                        }
                    }
                    isRefused(kernel, shortened(good, i, refused), kernel.getParameters()[i].getName() + ".length");
                }
            }
        }
        check(150);
    }

    @Test
    void numbersTooSmallAreNamed() {
        for (Method kernel : kernels()) {
            for (int i = 0; i < kernel.getParameterCount(); i++) {
                Parameter parameter = kernel.getParameters()[i];
                if (parameter.getType() == int.class && !SIGNS.contains(parameter.getName())) {
                    int least = SIZES.contains(parameter.getName()) ? 0 : -1;
                    for (int value : new int[] {least, -1, Integer.MIN_VALUE}) {
                        Object[] bad = good(kernel);
                        bad[i] = value;
                        isRefused(kernel, bad, parameter.getName() + " = " + value);
                    }
                }
            }
        }
        check(400);
    }

    @Test
    void outputsAreArraysOfTheirOwn() throws ReflectiveOperationException {
        for (Method kernel : kernels()) {
            Object[] before = good(kernel);
            Object[] after = good(kernel);
            kernel.invoke(null, after);
            for (int i = 0; i < before.length; i++) {
                for (int j = 0; j < before.length; j++) {
                    if (i != j && before[i].getClass().isArray() && before[i].getClass() == before[j].getClass()
                            && !Objects.deepEquals(before[i], after[i])) {
                        Object[] bad = good(kernel);
                        Object longer = Array.getLength(bad[i]) > Array.getLength(bad[j]) ? bad[i] : bad[j];
                        bad[i] = longer;
                        bad[j] = longer;
                        isRefused(kernel, bad, " is the same array as ");
                    }
                }
            }
        }
        check(150);
    }

    private void check(int least) {
        assertEquals("", String.join("\n", accepted));
        assertTrue(refusals >= least, refusals + " misuses");
    }

    private static List<Method> kernels() {
        return KERNELS.stream()
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> Stream.of(method.getParameterTypes())
                        .noneMatch(type -> type.isArray() && type.getComponentType().isArray()))
                .toList();
    }

    /** Arguments that are accepted; the same ones every time. */
    private static Object[] good(Method kernel) {
        Random random = new Random(1);
        return Arrays.stream(kernel.getParameters()).map(parameter -> good(kernel, parameter, random)).toArray();
    }

    private static Object good(Method kernel, Parameter parameter, Random random) {
        String name = parameter.getName();
        Class<?> type = parameter.getType();
        if (type.isArray()) {
            boolean large = kernel.getDeclaringClass() == DepthGradient.class && name.equals("work");
            return drawn(type.getComponentType(), large ? DepthGradient.workLength(1, 4) : 1 << 14, random);
        }
        boolean offset = name.equals("offset") || name.endsWith("Offset");
        int value = offset ? 0 : VALUES.getOrDefault(name, type == int.class ? 3 : 1);
        if (type == int.class) {
            return value;
        }
        return type == long.class ? (Object) (long) value : type == float.class ? (Object) (float) value : (Object) (double) value;
    }

    private static Object drawn(Class<?> type, int length, Random random) {
        Object array = Array.newInstance(type, length);
        for (int i = 0; i < length; i++) {
            if (type == byte.class) {
                Array.setByte(array, i, (byte) random.nextInt());
            } else if (type == int.class) {
                Array.setInt(array, i, random.nextInt());
            } else if (type == float.class) {
                Array.setFloat(array, i, 0.5f + random.nextFloat());
            } else {
                Array.setDouble(array, i, 0.5 + random.nextFloat());
            }
        }
        return array;
    }

    private static Object[] shortened(Object[] arguments, int i, int length) {
        Object[] shortened = arguments.clone();
        shortened[i] = Array.newInstance(arguments[i].getClass().getComponentType(), length);
        System.arraycopy(arguments[i], 0, shortened[i], 0, length);
        return shortened;
    }

    private static Throwable thrown(Method kernel, Object[] arguments) {
        try {
            kernel.invoke(null, arguments);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private void isRefused(Method kernel, Object[] arguments, String word) {
        Object[] before = Arrays.stream(arguments).map(EveryArgumentTest::copy).toArray();
        Throwable thrown = thrown(kernel, arguments);
        refusals++;
        boolean named = thrown instanceof IllegalArgumentException
                && thrown.getMessage().toLowerCase().contains(word.toLowerCase());
        if (!named || !Arrays.deepEquals(before, arguments)) {
            accepted.add(kernel + ", " + word + ": " + thrown + (named ? ", but wrote" : ""));
        }
    }

    private static Object copy(Object argument) {
        return argument.getClass().isArray()
                ? shortened(new Object[] {argument}, 0, Array.getLength(argument))[0]
                : argument;
    }
}
