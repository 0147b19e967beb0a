package dev.holdfast.verify.experiments;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.ExactOptimum.Phase;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Where each phase of {@link ExactOptimum} lies, ε against d from 2 on, for one λ. */
public final class PhaseDiagram {
    /** Numbers of features, evenly spread over a logarithmic axis, before equal ones are dropped. */
    private static final int POINTS = 120;

    private static final double GREATEST_EPSILON = 1.1;

    /** What half a name takes of the axis. */
    private static final double MARGIN = 0.1;

    private static final Phase[] PHASES = Phase.values();

    /** Of the phases in their order; light, so that names and boundaries stay black. */
    private static final Color[] COLORS = {
        new Color(0x8fb4d9), new Color(0xf2b37e), new Color(0xa5cfa8), new Color(0xdcebc8), new Color(0xf5f3ee)
    };

    private final double lambda;
    private final int[] features;
    private final double[][] thresholds;

    /**
     * @param lambda λ, 0..1
     * @param maxFeatures the greatest d, at least 3
     */
    public PhaseDiagram(double lambda, int maxFeatures) {
        this.lambda = lambda;
        features = IntStream.rangeClosed(0, POINTS)
                .map(i -> (int) Math.round(2 * Math.pow(maxFeatures / 2.0, (double) i / POINTS)))
                .distinct()
                .toArray();
        thresholds = IntStream.of(features).mapToObj(d -> ExactOptimum.thresholds(d, lambda)).toArray(double[][]::new);
    }

    /** The boundaries that are drawn: d, ε_a, ε_b, ε_c, ε_d. */
    public byte[] csv() throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord("d", "epsilon_a", "epsilon_b", "epsilon_c", "epsilon_d");
            for (int n = 0; n < features.length; n++) {
                csv.writeRecord(Stream.concat(Stream.of(features[n]), DoubleStream.of(thresholds[n]).boxed())
                        .map(Object::toString)
                        .toList());
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The boundaries as lines, for a report. */
    Lines lines(String id, String title, String caption) {
        double[] d = IntStream.of(features).asDoubleStream().toArray();
        List<Series> series = IntStream.range(0, PHASES.length - 1)
                .mapToObj(i -> new Series(
                        PHASES[i] + " below, " + PHASES[i + 1] + " above", d, boundary(i), null, null))
                .toList();
        return new Lines(id, title, caption, new Axis("features d", true), PaperFigures.EPSILON, series);
    }

    /** The regions, filled, with their names. */
    public byte[] svg() throws IOException {
        // a diagram is a file: no screen is asked for
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(840)
                .height(560)
                .title("The exact result of pretraining, λ = " + lambda)
                .xAxisTitle("features d")
                .yAxisTitle("radius of the adversary ε")
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisMin((double) features[0])
                .setXAxisMax((double) features[features.length - 1])
                .setYAxisMin(0.0)
                .setYAxisMax(GREATEST_EPSILON)
                .setPlotGridLinesVisible(false)
                // just off the frame, where ticks have no labels
                .setPlotContentSize(0.999)
                .setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setChartPadding(20)
                .setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        double[] d = IntStream.of(features).asDoubleStream().toArray();
        // from the highest boundary down, each region covering what lies below it
        for (int i = PHASES.length - 1; i >= 0; i--) {
            double[] boundary = boundary(i);
            XYSeries region = chart.addSeries(PHASES[i].toString(), d, boundary);
            region.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
            region.setMarker(SeriesMarkers.NONE);
            region.setFillColor(COLORS[i]);
            region.setLineColor(Color.DARK_GRAY);
            region.setLineWidth(1);
            name(chart, i, boundary);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
        return bytes.toByteArray();
    }

    /** Where a phase ends, for each number of features. */
    private double[] boundary(int phase) {
        return Stream.of(thresholds)
                .mapToDouble(epsilon -> phase < epsilon.length ? epsilon[phase] : GREATEST_EPSILON)
                .toArray();
    }

    /** Writes a phase's name where its region is highest, off the sides. */
    private void name(XYChart chart, int phase, double[] above) {
        double[] below = phase == 0 ? new double[above.length] : boundary(phase - 1);
        double greatest = features[features.length - 1];
        int place = IntStream.range(0, features.length)
                .filter(n -> features[n] >= 2 * Math.pow(greatest / 2, MARGIN)
                        && features[n] <= 2 * Math.pow(greatest / 2, 1 - MARGIN))
                .boxed()
                .max(Comparator.comparingDouble(n -> above[n] - below[n]))
                .orElse(0);
        chart.addAnnotation(new AnnotationText(PHASES[phase].toString(), features[place],
                (above[place] + below[place]) / 2, false));
    }
}
