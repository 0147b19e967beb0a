package dev.holdfast.verify.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.verify.fuzz.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The JSON that a report keeps: what is read back writes the same bytes again and again; what is none ends in a
 * RuntimeException, whichever, since a report makes such a part anew.
 */
public final class ReportTarget implements Target {
    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        Axis axis = new Axis("x", false);
        Finding small = new Finding("a", "b", "c", List.of(
                new Lines("d", "e", "f", axis, new Axis("y", true),
                        List.of(new Series("s", new double[] {1}, new double[] {2}, new double[] {1}, new double[] {3}))),
                new HeatMap("g", "h", "i", axis, axis, new double[][] {{1, Double.NaN}})),
                List.of(new Table("j", "k", "l", List.of("m", "n"), List.of(List.of("o", 1), List.of(1.5, -1e-300)))));
        seeds.add(ReportJson.write(small).getBytes(StandardCharsets.UTF_8));
        seeds.add(ReportJson.write(SampleReport.failed("a", "b", "c")).getBytes(StandardCharsets.UTF_8));
        return seeds;
    }

    @Override
    public void feed(byte[] input) {
        Finding read;
        String json;
        try {
            read = ReportJson.read(new String(input, StandardCharsets.UTF_8), Finding.class);
            json = ReportJson.write(read);
        } catch (RuntimeException e) {
            return;
        }
        assertEquals(json, ReportJson.write(ReportJson.read(json, Finding.class)));
    }
}
