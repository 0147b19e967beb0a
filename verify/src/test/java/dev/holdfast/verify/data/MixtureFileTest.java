package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianMixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixtureFileTest {
    @TempDir
    Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("m.json"), text);
    }

    private void refused(Path file, String message) {
        String said = assertThrows(DataException.class, () -> MixtureFile.load(file.toString())).getMessage();
        assertTrue(said.startsWith(file + ": ") && said.contains(message), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void theWordIsThePapersSetting() {
        assertNull(MixtureFile.file("a1"));
        GaussianMixture a1 = MixtureFile.load("a1");
        assertEquals(100, a1.features());
        assertEquals(0.08, a1.epsilon());
        assertEquals(0.3, a1.mean()[2]);
        assertEquals(10, a1.variances()[9]); // 1 · 10^(−1+2)
        assertEquals(1e-6, a1.variances()[10]);
    }

    @Test
    void aFileIsReadInAnyOrderOfItsKeys() throws IOException {
        Path file = write(" {\"epsilon\": 1e-1,\r\n\"variances\": [0.5, 4, 1e100], \"mu\": [1, -2.5, -0.0]}\n\n");
        GaussianMixture mixture = MixtureFile.load(file.toString());
        assertEquals(file, MixtureFile.file(file.toString()));
        assertArrayEquals(new double[] {1, -2.5, -0.0}, mixture.mean());
        assertArrayEquals(new double[] {0.5, 4, 1e100}, mixture.variances());
        assertEquals(0.1, mixture.epsilon());
    }

    @Test
    void manyNumbersAreRead() throws IOException {
        String ones = "1" + ", 1".repeat(999);
        assertEquals(1000, MixtureFile.load(write("{\"mu\": [" + ones + "], \"variances\": [" + ones + "], \"epsilon\": 0}")
                .toString()).features());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"mu": [1], "variances": [1]}                       | the key epsilon is missing, expected a1 or a file {"mu": […]
            {"variances": [1], "epsilon": 0}                    | the key mu is missing
            {"mu": [1], "epsilon": 0}                           | the key variances is missing
            {"mu": [1], "mu": [1]}                              | the key mu stands there twice, expected it once
            {"mean": [1]}                                       | the key mean, expected mu, variances and epsilon alone
            {"mu": 1}                                           | mu = 1, expected an array of numbers
            {"mu": [1, "2"]}                                    | mu[1] = "2", expected a number
            {"mu": [[1]]}                                       | mu[0] = an array, expected a number
            {"mu": [1, null]}                                   | mu[1] = null, expected a number
            {"epsilon": true}                                   | epsilon = true, expected a number
            {"epsilon": {}}                                     | epsilon = an object, expected a number
            {"epsilon": NaN}                                    | malformed JSON
            {"epsilon": 0x1}                                    | malformed JSON
            {"epsilon": 1e9999999999}                           | epsilon = 1e9999999999, expected a number that a double can hold
            {'epsilon': 1}                                      | malformed JSON
            {"epsilon": 1,}                                     | Expected name at line 1 column 16
            {"epsilon": 1                                       | ends too early
            ``                                                  | ends too early
            [1]                                                 | the file's value = an array, expected an object
            {"mu": [], "variances": [], "epsilon": 0}           | mu has no number, expected at least 1
            {"mu": [1, 2], "variances": [1], "epsilon": 0}      | variances has 1 numbers, expected as many as mu: 2
            {"mu": [1e101], "variances": [1], "epsilon": 0}     | mu[0] = 1.0E101, expected a number 0 or of size 1e-100..1e100
            {"mu": [1e999], "variances": [1], "epsilon": 0}     | mu[0] = Infinity, expected a number 0 or of size 1e-100..1e100
            {"mu": [1e-300], "variances": [1], "epsilon": 0}    | mu[0] = 1.0E-300, expected a number 0 or of size 1e-100..1e100
            {"mu": [1], "variances": [0], "epsilon": 0}         | variances[0] = 0.0, expected a number in 1e-100..1e100
            {"mu": [1], "variances": [-1], "epsilon": 0}        | variances[0] = -1.0, expected a number in 1e-100..1e100
            {"mu": [1], "variances": [1], "epsilon": -0.5}      | epsilon = -0.5, expected a number in 0..1e100
            {"mu": [1], "variances": [1], "epsilon": 0} 1       | malformed JSON
            """)
    void whatIsWrongIsNamed(String text, String message) throws IOException {
        refused(write(text), message);
    }

    @Test
    void filesThatAreNoTextOrNotThereAreNamed() throws IOException {
        refused(directory.resolve("none.json"), "no such file, expected a1 or a file");
        refused(directory, "Is a directory");
        refused(Files.write(directory.resolve("b"), new byte[] {'{', '"', (byte) 0xff, '"'}), "not in UTF-8");
        String said = assertThrows(DataException.class, () -> MixtureFile.load("a\0")).getMessage();
        assertTrue(said.contains("Nul character not allowed"), said);
    }

    @Test
    void aFileCutAnywhereIsNamed() throws IOException {
        byte[] whole = "{\"mu\": [1, 0.5], \"variances\": [1, 2], \"epsilon\": 0.25}".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            refused(Files.write(directory.resolve("cut"), Arrays.copyOf(whole, length)), "");
        }
    }
}
