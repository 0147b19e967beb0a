package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a CSV file says, and what is no CSV file. */
class CsvSamplesTest {
    @TempDir
    Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("x.csv"), text);
    }

    /** Lines may end as any system ends them, and programs may put a mark before the first. */
    @ParameterizedTest
    @ValueSource(strings = {
        "a,b,c\n1,2,x\n3,4,y\n", "a,b,c\r\n1,2,x\r\n3,4,y\r\n", "a,b,c\r1,2,x\r3,4,y", "\ufeffa,b,c\n1,2,x\n3,4,y",
        "\ufeff\"a\",\"b\",\"c\"\r\n\"1\",\"2\",\"x\"\r\n\"3\",\"4\",\"y\"\r\n", "\n\na,b,c\n\n 1, 2,x\n\r\n3,4,y\n\n\n"
    })
    void linesAndMarksOfAllSystems(String text) throws IOException {
        Path file = write(text);
        try (CsvSamples samples = CsvSamples.labelled(file, file, "c")) {
            assertEquals(List.of("a", "b"), samples.features());
            float[] x = new float[2];
            assertTrue(samples.next(x));
            assertArrayEquals(new float[] {1, 2}, x);
            assertEquals("x", samples.label());
            assertTrue(samples.next(x));
            assertArrayEquals(new float[] {3, 4}, x);
            assertEquals("y", samples.label());
            assertFalse(samples.next(x));
        }
    }

    /** What would swallow rows, or read a field for another. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a,c\\n1,x\\n2,"y\\n3,x\\n4,y\\n       | x.csv, after line 2: Unclosed quoted field
            a,c\\n1,x\\n2,"y\\n3,"x"\\n4,y\\n     | x.csv, after line 2:
            a,c\\n1,x\\n2,"y\\n3,""x\\n4,y\\n     | x.csv, after line 2:
            a,c\\n1,x\\n2,"y"z\\n                 | x.csv, after line 2: Unexpected character after closing quote
            "a,c\\n1,x\\n2,y\\n                   | x.csv: Unclosed quoted field
            a\\n1\\n\\n2\\n                       | x.csv, line 3, column 'a': '', expected a finite number
            a\\n1\\n\\u00ff                       | not in UTF-8, expected
            """)
    void whatIsNoCsvIsRefused(String text, String message) throws IOException {
        Path file = directory.resolve("x.csv");
        String plain = text.replace("\\n", "\n").replace("\\u00ff", "\u00ff");
        Files.writeString(file, plain, plain.contains("\u00ff") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        DataException e = assertThrows(DataException.class, () -> {
            try (CsvSamples samples = CsvSamples.withFeatures(file, List.of("a"), null)) {
                while (samples.next(new float[1])) {
                    // to the end
                }
            }
        });
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertFalse(e.getMessage().contains("Input length"), e.getMessage());
    }

    @Test
    void withoutFeaturesThereIsNothingToRead() throws IOException {
        Path file = write("a\n1\n");
        assertThrows(IllegalArgumentException.class, () -> CsvSamples.withFeatures(file, List.of(), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "1f", "1d", "1D", "0x1p3", "NaN", "Infinity", "-Infinity", "", "-", ".", "1e", "1e5.5", "1 2", "1,5", "1_0",
        "١", "1e39", "-1e999", "1e-1000000000", "+-1"
    })
    void whatIsNoDecimalIsNoNumber(String field) throws IOException {
        Path file = write("a\n\"" + field + "\"\n");
        try (CsvSamples samples = CsvSamples.withFeatures(file, List.of("a"), null)) {
            DataException e = assertThrows(DataException.class, () -> samples.next(new float[1]));
            assertTrue(e.getMessage().contains(", line 2, column 'a': '" + field + "', expected a finite number"),
                    e.getMessage());
        }
    }

    /** Every distance of the row from its decimals, beside exact numbers; 0 exactly where floats hold them. */
    @ParameterizedTest
    @ValueSource(strings = {
        "0.6", "16777217", "0.5", "-12345.0625", "0.1000000014901161193847656250", "0.1000000014901161193847656251",
        "1e-50", "-1e-400", "0e-400", "3.4028235e38", "340282346638528859811704183484516925440", "1E-45", "-0", "+7.",
        ".25", "99999999", "9007199254740993", "1.00000017881393432617187499", "1.17549435e-38", "5e-324"
    })
    void theRoundingOfARowIsBounded(String field) throws IOException {
        float[] x = new float[2];
        try (CsvSamples samples = CsvSamples.withFeatures(write("a,b\n" + field + ",0.7\n"), List.of("a", "b"), null)) {
            assertTrue(samples.next(x));
            assertEquals(Float.parseFloat(field), x[0]);
            BigDecimal a = new BigDecimal(field).subtract(new BigDecimal(x[0])).abs();
            BigDecimal b = new BigDecimal("0.7").subtract(new BigDecimal(x[1])).abs();
            Rounding rounding = samples.rounding();
            bounds(a.max(b), rounding.linf());
            bounds(a.add(b), rounding.l1());
            BigDecimal square = new BigDecimal(rounding.l2()).pow(2);
            assertTrue(square.compareTo(a.pow(2).add(b.pow(2))) >= 0);
        }
        try (CsvSamples samples = CsvSamples.withFeatures(write("a\n" + field + "\n"), List.of("a"), null)) {
            assertTrue(samples.next(new float[1]));
            boolean isFloat = new BigDecimal(field).compareTo(new BigDecimal(x[0])) == 0;
            for (double bound : new double[] {
                samples.rounding().linf(), samples.rounding().l2(), samples.rounding().l1()
            }) {
                assertEquals(isFloat, bound == 0);
            }
        }
    }

    /** Not below, and above by a relative 2⁻²⁰ of the least distance that 0.7 has. */
    private static void bounds(BigDecimal exact, double bound) {
        assertTrue(new BigDecimal(bound).compareTo(exact) >= 0, exact + " > " + bound);
        assertTrue(new BigDecimal(bound * (1 - 0x1p-20)).compareTo(exact) < 0, exact + " < " + bound);
    }

    /** Edges are decimals, too: what rounds to an edge is not in the box for that. */
    @ParameterizedTest
    @CsvSource({
        "0.9, true", "0.90000000000000000001, false", "0.8999999999999999999, true", "-0.0, true", "0, true",
        "-1e-400, false", "1e-99999999, true", "1, false", "0.90000001, false"
    })
    void aBoxHasDecimalEdges(String field, boolean inside) throws IOException {
        try (CsvSamples samples = CsvSamples.withFeatures(write("a\n" + field + "\n"), List.of("a"), null)) {
            samples.inBox(BigDecimal.ZERO, new BigDecimal("0.9"));
            if (inside) {
                assertTrue(samples.next(new float[1]));
            } else {
                DataException e = assertThrows(DataException.class, () -> samples.next(new float[1]));
                assertTrue(e.getMessage().contains("'" + field + "', expected a number in the box 0..0.9"));
            }
        }
    }

    /** Against exact numbers: the nearest on the safe side, over the whole range of floats. */
    @Test
    void edgesAreRoundedOutwards() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            BigDecimal x = BigDecimal.valueOf(random.nextLong() >> random.nextInt(64), random.nextInt(75) - 25);
            float floor = Decimals.floor(x);
            float ceil = Decimals.ceil(x);
            assertTrue(floor == Float.NEGATIVE_INFINITY || new BigDecimal(floor).compareTo(x) <= 0, x::toString);
            assertTrue(ceil == Float.POSITIVE_INFINITY || new BigDecimal(ceil).compareTo(x) >= 0, x::toString);
            assertTrue(ceil == floor || ceil == Math.nextUp(floor), x::toString);
            double least = Decimals.ceilDouble(x);
            assertTrue(new BigDecimal(least).compareTo(x) >= 0, x::toString);
            assertTrue(new BigDecimal(Math.nextDown(least)).compareTo(x) < 0, x::toString);
        }
    }
}
