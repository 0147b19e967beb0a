package dev.holdfast.verify.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What figures and tables hold, as CSV: the numbers in full, those that are missing as empty fields. */
final class Numbers {
    private Numbers() {}

    static String of(Figure figure) throws IOException {
        return switch (figure) {
            case Lines lines -> csv(Stream.concat(
                    Stream.of(List.of("series", lines.x().label(), lines.y().label(), "low", "high")),
                    lines.series().stream().flatMap(Numbers::points)));
            case HeatMap map -> csv(Stream.concat(
                    Stream.of(List.of("row", "column", "value")),
                    IntStream.range(0, map.values().length).boxed().flatMap(i -> cells(i, map.values()[i]))));
        };
    }

    static String of(Table table) throws IOException {
        return csv(Stream.concat(Stream.of(table.columns()), table.rows().stream()));
    }

    private static Stream<List<Object>> cells(int i, double[] row) {
        return IntStream.range(0, row.length).mapToObj(j -> List.of(i + 1, j + 1, row[j]));
    }

    private static Stream<List<Object>> points(Series s) {
        return IntStream.range(0, s.x().length).mapToObj(n -> Arrays.asList(s.name(), s.x()[n], s.y()[n],
                s.low() == null ? null : s.low()[n], s.high() == null ? null : s.high()[n]));
    }

    private static String csv(Stream<? extends List<?>> rows) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            rows.forEach(row -> csv.writeRecord(row.stream()
                    .map(cell -> cell instanceof Double v && v.isNaN() ? "" : Objects.toString(cell, ""))
                    .toList()));
        }
        return text.toString();
    }
}
