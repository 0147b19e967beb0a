package dev.holdfast.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The limits of the machine, and where the operations lie below them: operations a byte of input across, GFLOP/s up. The
 * slopes are the read-stream from memory and from the cache at d = 100, the flat roof is the peak of multiply-adds.
 */
final class Roofline {
    private static final double LEAST = 0.1;
    private static final double GREATEST = 1000;

    private final List<Measured> measured;
    private final XYChart chart = new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Roofline, one thread")
            .xAxisTitle("operations a byte")
            .yAxisTitle("GFLOP/s")
            .build();

    private Roofline(List<Measured> measured) {
        this.measured = measured;
    }

    /** Writes the plot of the widest vectors to a file, to whose name .svg is added. */
    static void draw(List<Measured> all, Path file) throws IOException {
        int bits = all.stream().mapToInt(Measured::bits).max().orElse(0);
        List<Measured> measured = all.stream().filter(m -> m.bits() == bits).toList();
        Roofline roofline = new Roofline(measured);
        roofline.chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setLegendPosition(Styler.LegendPosition.OutsideE)
                .setMarkerSize(9);
        double peak = peak(measured);
        roofline.roof("memory", peak);
        roofline.roof("cache", peak);
        for (String residency : List.of("memory", "cache")) {
            for (String d : List.of("20", "100", "784")) {
                // a multiply and an add for p·z, as many for s·z
                roofline.point("ContextBenchmark", "holdfast", d, residency, 1);
                roofline.point("ContextBenchmark", "holdfastBytes", d, residency, 4);
            }
        }
        Measured.find(measured, "GramBenchmark", "holdfast", Map.of("d", "784")).ifPresent(m -> {
            double operations = 785.0 * 786 * m.number("n");
            roofline.add("Gram, d = 784", operations / (4.0 * 785 * m.number("n")), operations * 1e-3 / m.median());
        });
        measured.stream().filter(m -> m.type().equals("ProductBenchmark") && m.method().equals("holdfast")).forEach(m -> {
            double rows = m.number("m"), inner = m.number("k"), columns = m.number("n");
            double operations = 2 * rows * inner * columns;
            roofline.add("product " + m.number("m") + "×" + m.number("k") + "×" + m.number("n"),
                    operations / (4 * (rows * inner + inner * columns + rows * columns)), operations * 1e-3 / m.median());
        });
        VectorGraphicsEncoder.saveVectorGraphic(roofline.chart, file.toString(), VectorGraphicsFormat.SVG);
    }

    /** Multiply-adds in registers alone, GFLOP/s; NaN where they were not measured. */
    static double peak(List<Measured> measured) {
        return Measured.find(measured, "PeakBenchmark", "peak", Map.of()).map(Roofline::rate).orElse(Double.NaN);
    }

    /** {@link #peak} of the machine and the width of another one. */
    static double peakBeside(List<Measured> measured, Measured other) {
        return measured.stream()
                .filter(m -> m.bits() == other.bits() && m.machine().equals(other.machine()))
                .filter(m -> m.is("PeakBenchmark", "peak", Map.of()))
                .findFirst()
                .map(Roofline::rate)
                .orElse(Double.NaN);
    }

    private static double rate(Measured peak) {
        return 2.0 * 12 * (1 << 19) * 1e-3 / peak.median();
    }

    private void roof(String residency, double peak) {
        Map<String, String> parameters = Map.of("d", "100", "residency", residency);
        Measured.find(measured, "ContextBenchmark", "readStream", parameters).ifPresent(m -> {
            double bandwidth = 4e-3 * m.number("d") * m.number("n") / m.median();
            double[] x = {LEAST, peak / bandwidth, GREATEST};
            double[] y = {LEAST * bandwidth, peak, peak};
            XYSeries series = chart.addSeries("limit: " + residency + ", arithmetic", x, y);
            series.setMarker(SeriesMarkers.NONE);
        });
    }

    private void point(String type, String method, String d, String residency, double operationsAByte) {
        Measured.find(measured, type, method, Map.of("d", d, "residency", residency)).ifPresent(m -> add(
                (method.equals("holdfast") ? "context" : "bytes") + ", d = " + d + ", " + residency, operationsAByte,
                4e-3 * m.number("d") * m.number("n") / m.median()));
    }

    private void add(String name, double operationsAByte, double rate) {
        XYSeries series = chart.addSeries(name, new double[] {operationsAByte}, new double[] {rate});
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
}
