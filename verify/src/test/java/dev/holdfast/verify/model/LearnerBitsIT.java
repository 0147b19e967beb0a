package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.ChildJvm;
import dev.holdfast.verify.Jdk;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oldest JDK has the bits of {@link LearnerBitsTest}, with vectors and in plain Java. */
class LearnerBitsIT {
    @ParameterizedTest
    @CsvSource({"require, simd-", "off, scalar"})
    void areThoseOfTheOldestToo(String simd, String implementation) throws Exception {
        List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-Dholdfast.simd=" + simd);
        Process process = ChildJvm.of(Jdk.OLDEST, options, FixedLearning.class).start();
        String out = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(0, process.waitFor(), out);
        String hashes = String.join(" ", LearnerBitsTest.BAYES, LearnerBitsTest.SMALL, LearnerBitsTest.DEPTH,
                LearnerBitsTest.CERTIFICATES);
        assertTrue(out.contains("learnt with " + implementation) && out.endsWith(hashes), out);
    }
}
