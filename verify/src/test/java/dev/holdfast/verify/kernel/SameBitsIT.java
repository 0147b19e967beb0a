package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.ChildJvm;
import dev.holdfast.verify.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The thousand {@link FixedCases} have one hash, and the later ones another: by the model of the order and by the
 * kernels, in fresh JVMs that interpret, that compile with either compiler, that have vectors of each width, or none; and
 * in those of the oldest JDK, whose vectors differ in more than width.
 * Both are constants here, so that every machine is held to them.
 *
 * <p>{@code -Xcomp -XX:-TieredCompilation} leaves the optimising compiler alone to compile every method of the kernels and of the
 * Vector API before its first call. Where profiles steer the compilers, {@code -Xbatch} makes a call wait for its compilation, the cases are
 * answered sixty times, and the compiler's log must show that it had optimised the kernels before the last time. The
 * program fails where one time differs from another.
 */
class SameBitsIT {
    private static final String HASH = "e2bae63298038d66d1a5e9aa3b93f7f991082c326343cc5d5e3c78c199f81e1b";
    private static final String LATER = "53a7fb1b1f7a41e289ecb1bb05cac8b6d842fbf7e73730fff0014f08be9dcc3f";

    /** Of what {@code -Xcomp} compiles: the rest of the JDK takes longer than all of it. */
    private static final String KERNELS_ALONE = " -XX:CompileOnly=dev.holdfast.kernel.*::*"
            + " -XX:CompileOnly=jdk.incubator.vector.*::* -XX:CompileOnly=jdk.internal.vm.vector.*::*";

    private static final Pattern ANSWER = Pattern.compile("ran (\\S+) ([0-9a-f]{64}) ([0-9a-f]{64})");
    /** A line of the compiler's log: time, number, flags, level 4, method, size. */
    private static final Pattern OPTIMISED =
            Pattern.compile("\\d+ +\\d+ [ %sbn!]* 4 +dev\\.holdfast\\.kernel\\.\\w+::(\\w+) \\(\\d+ bytes\\)\n");

    @Test
    void theModelOfTheOrderHasTheHash() {
        assertEquals(HASH, FixedCases.orderedHash(FixedCases.draw()));
        assertEquals(LATER, FixedCases.orderedHash(FixedCases.drawLater()));
    }

    @ParameterizedTest
    @CsvSource({
        "NEWEST, simd-\\d+,                   require, 2, -Xcomp -XX:-TieredCompilation" + KERNELS_ALONE,
        "NEWEST, simd-512|simd-256|simd-128, require, 60, -Xbatch -XX:+PrintCompilation -XX:MaxVectorSize=64",
        "NEWEST, simd-256|simd-128,          require, 60, -Xbatch -XX:+PrintCompilation -XX:MaxVectorSize=32",
        "NEWEST, simd-128,                   require, 60, -Xbatch -XX:+PrintCompilation -XX:MaxVectorSize=16",
        "NEWEST, simd-\\d+,                   require, 2, -XX:TieredStopAtLevel=1",
        "NEWEST, simd-\\d+,                   require, 1, -Xint",
        "NEWEST, scalar,                     off,     2, -Xcomp -XX:-TieredCompilation" + KERNELS_ALONE,
        "NEWEST, scalar,                     off,     60, -Xbatch -XX:+PrintCompilation",
        "NEWEST, scalar,                     off,     2, -XX:TieredStopAtLevel=1",
        "NEWEST, scalar,                     off,     1, -Xint",
        "OLDEST, simd-512|simd-256|simd-128, require, 10, -Xbatch -XX:MaxVectorSize=64",
        "OLDEST, simd-256|simd-128,          require, 10, -Xbatch -XX:MaxVectorSize=32",
        "OLDEST, simd-128,                   require, 10, -Xbatch -XX:MaxVectorSize=16",
        "OLDEST, scalar,                     off,     10, -Xbatch"
    })
    void everySettingHasTheHash(Jdk jdk, String implementation, String simd, String times, String options)
            throws Exception {
        String out = run(jdk, simd, times, options.split(" "));
        Matcher answer = ANSWER.matcher(out);
        assertTrue(answer.find(), out);
        assertTrue(answer.group(1).matches(implementation), answer.group());
        assertEquals(HASH, answer.group(2), answer.group());
        assertEquals(LATER, answer.group(3), answer.group());
        if (options.contains("+PrintCompilation")) {
            String before = out.substring(0, out.indexOf("last time"));
            Set<String> optimised = new TreeSet<>();
            OPTIMISED.matcher(before).results().forEach(line -> optimised.add(line.group(1)));
            List<String> methods = List.of("accumulate", "addBlock", "packDemonstrations", "readout", "outputs", "blocks",
                    "certainScore", "cornerScore", "shift", "words", "uniforms", "normals", "factorGroup", "subtractAll", "sweep",
                    "reduce", "multiply", "subtractRows");
            assertTrue(optimised.containsAll(methods), optimised.toString());
            List<String> ofVectors = List.of("uniformsOfPart", "wordsOfPart", "pairs");
            assertTrue(simd.equals("off") || optimised.containsAll(ofVectors), optimised.toString());
        }
    }

    private static String run(Jdk jdk, String simd, String times, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector", "-Dholdfast.simd=" + simd));
        all.addAll(List.of(options));
        Process process = ChildJvm.of(jdk, all, FixedCases.class, times).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}
