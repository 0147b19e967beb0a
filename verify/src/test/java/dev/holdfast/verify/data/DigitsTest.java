package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DigitsTest {
    @Test
    void theShippedDigitsAreWhole() {
        DataSet digits = Digits.load();
        assertArrayEquals(new int[] {99, 102, 100, 104, 98, 100, 101, 99, 98, 99}, counts(digits.demonstrations()));
        assertArrayEquals(new int[] {79, 80, 77, 79, 83, 82, 80, 80, 76, 81}, counts(digits.queries()));
        float[] row = new float[64];
        digits.demonstrations().copyRow(0, row, 0);
        assertArrayEquals(new float[] {0, 0, 5 / 16f, 13 / 16f, 9 / 16f, 1 / 16f, 0, 0}, Arrays.copyOf(row, 8));
        digits.demonstrations().copyRow(999, row, 0);
        assertArrayEquals(new float[] {0, 0, 9 / 16f, 15 / 16f, 14 / 16f, 2 / 16f, 0, 0}, Arrays.copyOf(row, 8));
        assertEquals(1000, digits.demonstrations().count());
        assertEquals(797, digits.queries().count());
        assertEquals(314334 / 16.0, sum(digits.demonstrations()));
        assertEquals(247384 / 16.0, sum(digits.queries()));
        assertEquals(0, digits.demonstrations().label(0));
        assertEquals(3, digits.demonstrations().label(999));
        assertEquals(1, digits.queries().label(0));
        assertEquals(8, digits.queries().label(796));
    }

    private static double sum(LabelledImages images) {
        float[] row = new float[images.features()];
        double sum = 0;
        for (int n = 0; n < images.count(); n++) {
            images.copyRow(n, row, 0);
            for (float value : row) {
                sum += value;
            }
        }
        return sum;
    }

    private static int[] counts(LabelledImages images) {
        int[] counts = new int[images.classes()];
        for (int n = 0; n < images.count(); n++) {
            counts[images.label(n)]++;
        }
        return counts;
    }

    @Test
    void badLinesAreNamed() {
        String good = "0,".repeat(64) + "3\n";
        assertNamed(good + "1,2,3\n", "line 2: 3 columns, expected 65");
        assertNamed(good.replaceFirst("0", "17"), "line 1, column 1: '17', expected an integer in 0..16");
        assertNamed(good.replaceFirst("0", "1.5"), "line 1, column 1: '1.5'");
        assertNamed(good.replaceFirst("0", "-1"), "line 1, column 1: '-1'");
        assertNamed(good.replaceFirst("0", ""), "line 1, column 1: ''");
        assertNamed(good.replaceFirst("0", "001"), "line 1, column 1: '001'");
        assertNamed(good.replaceFirst("0", "\"a\nb\""), "line 1, column 1: 'a b'");
        assertNamed(good + "\"0\"x," + good, "after line 1: ");
        assertNamed("0,".repeat(64) + "10\n", "line 1, column 65: '10', expected an integer in 0..9");
        assertNamed("", "0 lines, expected more than 1000");
        assertNamed(good.repeat(1000), "1000 lines, expected more than 1000");
    }

    @Test
    void aGzipCutShortIsNamed() {
        byte[] whole = SmallFiles.gzip(("0,".repeat(64) + "3\n").repeat(1001).getBytes(StandardCharsets.US_ASCII));
        assertEquals(1, Digits.parse(new ByteArrayInputStream(whole), "whole").queries().count());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            String said = assertThrows(DataException.class,
                    () -> Digits.parse(new ByteArrayInputStream(cut), "cut.csv.gz")).getMessage();
            assertTrue(said.startsWith("cut.csv.gz") && !said.contains("null"), said);
        }
    }

    private static void assertNamed(String csv, String message) {
        byte[] zipped = SmallFiles.gzip(csv.getBytes(StandardCharsets.US_ASCII));
        String said = assertThrows(DataException.class,
                () -> Digits.parse(new ByteArrayInputStream(zipped), "some.csv.gz")).getMessage();
        assertTrue(said.startsWith("some.csv.gz") && said.contains(message), said);
        assertEquals(1, said.lines().count());
    }
}
