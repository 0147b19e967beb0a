package dev.holdfast.verify.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
    private static final Axis AXIS = new Axis("ε", true);

    private static Finding finding() {
        Lines lines = new Lines("lines", "Lines", "Two <lines>.", AXIS, AXIS, List.of(
                new Series("with a band", new double[] {1, 2}, new double[] {0.1, Double.NaN}, new double[] {0, 0.5},
                        new double[] {1, 1e-300}),
                new Series("without", new double[] {1}, new double[] {1e22}, null, null)));
        HeatMap map = new HeatMap("map", "Map", "", AXIS, AXIS, new double[][] {{1, 2}, {3, Double.NaN}});
        Table table = new Table("table", "Table", "", List.of("a", "b", "c", "d"),
                List.of(Arrays.asList("x", 1, 1.0, null), Arrays.asList("", Double.NaN, -7, 1e-7)));
        return new Finding("finding", "Finding", "It’s.", List.of(lines, map), List.of(table));
    }

    @Test
    void whatIsReadWritesTheSameBytes() {
        String json = ReportJson.write(finding());
        assertEquals(json, ReportJson.write(ReportJson.read(json, Finding.class)));
        JsonParser.parseString(json);
    }

    @Test
    void figuresAndCellsComeBackAsWhatTheyWere() {
        Finding read = ReportJson.read(ReportJson.write(finding()), Finding.class);
        Lines lines = assertInstanceOf(Lines.class, read.figures().get(0));
        assertEquals(AXIS, lines.x());
        assertEquals("Two <lines>.", lines.caption());
        Series banded = lines.series().get(0);
        assertArrayEquals(new double[] {0.1, Double.NaN}, banded.y());
        assertArrayEquals(new double[] {1, 1e-300}, banded.high());
        assertNull(lines.series().get(1).low());
        HeatMap map = assertInstanceOf(HeatMap.class, read.figures().get(1));
        assertArrayEquals(new double[][] {{1, 2}, {3, Double.NaN}}, map.values());
        assertEquals(List.of(Arrays.asList("x", 1, 1.0, null), Arrays.asList("", null, -7, 1e-7)),
                read.tables().getFirst().rows());
    }

    @Test
    void anInfiniteNumberIsRefused() {
        HeatMap map = new HeatMap("map", "", "", AXIS, AXIS, new double[][] {{Double.POSITIVE_INFINITY}});
        Exception e = assertThrows(IllegalArgumentException.class, () -> ReportJson.write(map));
        assertEquals("a number of a report is Infinity, expected a finite one or NaN", e.getMessage());
    }
}
