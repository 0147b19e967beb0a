package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.data.SmallFiles;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.HeatMap;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which grids the paper's figures have, and what is seen in them at a very small scale. */
class PaperFiguresTest {
    private static final Scale TINY = new Scale(false, 2, 20, 10, 1, 2, Map.of());

    @TempDir
    Path directory;

    private static Experiment experiment(String id, Scale scale) {
        return PaperFigures.of(scale).stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    private static Finding run(String id, Scale scale) {
        AtomicInteger steps = new AtomicInteger();
        Experiment experiment = experiment(id, scale);
        Finding finding = experiment.run(scale, steps::incrementAndGet).finding();
        assertEquals(experiment.steps(scale), steps.get(), "steps of " + id);
        assertEquals(id, finding.id());
        assertEquals(experiment.title(), finding.title());
        return finding;
    }

    private static void assertGrid(Finding finding, String figure, List<String> names, double... x) {
        Lines lines = (Lines) finding.figures().stream()
                .filter(each -> each.id().equals(finding.id() + figure))
                .findFirst()
                .orElseThrow();
        assertEquals(names, lines.series().stream().map(Series::name).toList());
        for (Series series : lines.series()) {
            assertArrayEquals(x, series.x(), lines.id());
        }
    }

    private static final List<String> IDEAL = List.of("standard", "adversarial");
    private static final List<String> ROBUST_AND_CLEAN =
            List.of("standard", "standard, clean", "adversarial", "adversarial, clean");

    @Test
    void figure1HasThePapersGrids() {
        Finding figure = run("figure-1", TINY);
        assertGrid(figure, "-epsilon", IDEAL, 0, .05, .06, .07, .15, .2, .21, .22);
        assertGrid(figure, "-features", ROBUST_AND_CLEAN, 5, 10, 20, 100, 160, 170, 180);
    }

    @Test
    void figure2HasThePapersGrids() {
        Finding figure = run("figure-2", TINY);
        assertGrid(figure, "-epsilon", IDEAL, IntStream.range(0, 10).mapToDouble(i -> i / 10.0).toArray());
        assertGrid(figure, "-robust", ROBUST_AND_CLEAN, DoubleStream.concat(DoubleStream.of(1),
                IntStream.rangeClosed(1, 15).mapToDouble(i -> 2 * i)).toArray());
        double[] others = Stream.of(IntStream.rangeClosed(1, 9).map(i -> 10 * i),
                        IntStream.rangeClosed(1, 10).map(i -> 100 * i), IntStream.of(2000))
                .flatMapToInt(each -> each)
                .asDoubleStream()
                .toArray();
        assertGrid(figure, "-vulnerable", ROBUST_AND_CLEAN, others);
        assertGrid(figure, "-irrelevant", ROBUST_AND_CLEAN, others);
    }

    @Test
    void figure3HasThePapersGrids() {
        Finding figure = run("figure-3-digits", TINY);
        assertGrid(figure, "-epsilon", IDEAL, 0, .05, .1, .15, .2, .25, .3);
        assertGrid(figure, "-demonstrations", ROBUST_AND_CLEAN, 1, 5, 10, 50, 100);
    }

    @Test
    void aQuickReportHasThinnerGridsAndTheirLastPoint() {
        Finding figure = run("figure-1", new Scale(true, 2, 20, 10, 1, 2, Map.of()));
        assertGrid(figure, "-epsilon", IDEAL, 0, .06, .15, .21, .22);
        assertGrid(figure, "-features", ROBUST_AND_CLEAN, 5, 20, 160, 180);
    }

    /** The authors' heat maps (SPEC.md, section 5): all ones; the identity above a label row up to .2; zero. */
    @Test
    @Tag("once")
    void figure4TrainsToThePapersThreeResults() {
        Finding figure = run("figure-4-d20", TINY);
        double[][][] maps = figure.figures().stream()
                .filter(HeatMap.class::isInstance)
                .map(map -> ((HeatMap) map).values())
                .toArray(double[][][]::new);
        assertEquals(6, maps.length);
        for (int i = 0; i <= 20; i++) {
            assertEquals(i < 20 ? .001 : 1, maps[0][i][i]);
            assertEquals(1, maps[1][i][0]);
            assertEquals(.001, maps[1][i][20]);
            assertEquals(1, maps[2][20][i]);
            assertEquals(0, maps[4][20][i]);
            for (int j = 0; j < 20; j++) {
                double weight = maps[3][i][j];
                boolean right = i == 20 ? weight <= .2 : i == j ? weight == 1 : weight <= .005;
                assertTrue(right, i + ", " + j + ": " + weight);
                assertTrue(maps[5][i][j] <= .001);
            }
        }
        List<String> all = List.of("standard", "adversarial", "standard, trained", "adversarial, trained",
                "strong, trained");
        assertGrid(figure, "-pretraining-tasks", all, 0, .05, .06, .07, .15, .2, .21, .22);
        Lines accuracy = (Lines) figure.figures().get(6);
        assertArrayEquals(accuracy.series().get(0).y(), accuracy.series().get(2).y());
        assertArrayEquals(new double[8], accuracy.series().get(4).y());
    }

    /**
     * Two pixels that are the bits of the class, and two at random, all 0 or 1, with two demonstrations a class: all is
     * exact, so that means and covariances over a pair, by its matrix, are the same numbers.
     */
    @Test
    void figure5IsTheSortedMeansAndRowSumsOfTheMatrix() {
        int d = 6;
        byte[][] pixels = new byte[20][d];
        Random random = new Random(5);
        for (int n = 0; n < 20; n++) {
            for (int j = 0; j < d; j++) {
                pixels[n][j] = (byte) (j < 4 ? (n % 10 >> j & 1) : random.nextInt(2));
            }
        }
        for (String split : List.of("train", "t10k")) {
            ByteBuffer images = ByteBuffer.allocate(16 + 20 * d).putInt(0x803).putInt(20).putInt(1).putInt(d);
            for (int n = 0; n < 20; n++) {
                for (byte pixel : pixels[n]) {
                    images.put((byte) -pixel);
                }
            }
            SmallFiles.write(directory, split + "-images-idx3-ubyte", false, images.array());
            SmallFiles.write(directory, split + "-labels-idx1-ubyte", false, SmallFiles.idxLabels(20));
        }
        double[] meanSum = new double[d];
        double[] rowSum = new double[d];
        for (int i = 0; i < 10; i++) {
            for (int j = i + 1; j < 10; j++) {
                double[][] u = aligned(pixels, i, j);
                add(meanSum, sorted(k -> mean(u, k, -1), d));
                add(rowSum, sorted(k -> IntStream.range(0, d)
                        .mapToDouble(l -> mean(u, k, l) - mean(u, k, -1) * mean(u, l, -1)).sum(), d));
            }
        }
        Finding figure = run("figure-5-fashion", new Scale(false, 2, 20, 10, 1, 2, Map.of("fashion", directory)));
        assertSums(meanSum, figure.figures().get(0));
        assertSums(rowSum, figure.figures().get(1));
    }

    private static void assertSums(double[] sums, Figure figure) {
        Series series = ((Lines) figure).series().getFirst();
        assertArrayEquals(IntStream.rangeClosed(1, sums.length).asDoubleStream().toArray(), series.x());
        assertArrayEquals(DoubleStream.of(sums).map(sum -> sum / 45).toArray(), series.y());
    }

    private static void add(double[] sums, double[] values) {
        Arrays.setAll(sums, k -> sums[k] + values[k]);
    }

    /** From the greatest down. */
    private static double[] sorted(IntToDoubleFunction value, int d) {
        double[] sorted = IntStream.range(0, d).mapToDouble(value).sorted().toArray();
        return IntStream.range(0, d).mapToDouble(k -> sorted[d - 1 - k]).toArray();
    }

    /** The mean of u_k, or of u_k u_l. */
    private static double mean(double[][] u, int k, int l) {
        return Stream.of(u).mapToDouble(row -> row[k] * (l < 0 ? 1 : row[l])).sum() / u.length;
    }

    /** y x of a pair's demonstrations, centred, with every feature turned so that it grows with the label. */
    private static double[][] aligned(byte[][] pixels, int i, int j) {
        int[] pair = IntStream.range(0, pixels.length).filter(n -> n % 10 == i || n % 10 == j).toArray();
        double[][] u = new double[pair.length][pixels[0].length];
        for (int k = 0; k < u[0].length; k++) {
            int feature = k;
            double centre = IntStream.of(pair).mapToDouble(n -> pixels[n][feature]).sum() / pair.length;
            double sum = 0;
            for (int n = 0; n < pair.length; n++) {
                u[n][k] = (pair[n] % 10 == i ? 1 : -1) * (pixels[pair[n]][k] - centre);
                sum += u[n][k];
            }
            for (double[] row : u) {
                row[k] *= Math.signum(sum);
            }
        }
        return u;
    }

    @Test
    void idsDifferAndAreWords() {
        Set<String> ids = new HashSet<>();
        for (Experiment experiment : PaperFigures.of(new Scale(false, 1, 1, 1, 1, 1,
                Map.of("mnist", directory, "fashion", directory, "cifar10", directory)))) {
            assertTrue(ids.add(experiment.id()));
            assertTrue(experiment.id().matches("[a-z0-9]+(-[a-z0-9]+)*"), experiment.id());
        }
        assertTrue(ids.containsAll(List.of("figure-1", "figure-2", "figure-3-mnist", "figure-4-d20", "figure-4-d100",
                "figure-5-cifar10", "published-numbers")));
    }
}
