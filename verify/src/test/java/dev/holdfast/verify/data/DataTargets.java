package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.fuzz.Parts;
import dev.holdfast.verify.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The loaders of data: whatever a file says, what it holds comes of it, or a {@link DataException} that says what is wrong. */
public final class DataTargets {
    private static final List<String> IDX =
            List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    private static final int CIFAR_PIXELS = 3072;

    private DataTargets() {}

    public static Map<String, Target> all() {
        return Map.of("csv", target(DataTargets::csvSeeds, DataTargets::csv),
                "decimals", target(DataTargets::decimalSeeds, DataTargets::decimal),
                "images", target(DataTargets::imageSeeds, DataTargets::images),
                "mixture-setting", target(DataTargets::mixtureSeeds, DataTargets::mixture));
    }

    private interface Feeding {
        void feed(byte[] input) throws Exception;
    }

    private interface Seeds {
        List<byte[]> get() throws Exception;
    }

    private static Target target(Seeds seeds, Feeding feeding) {
        return new Target() {
            @Override
            public List<byte[]> seeds() throws Exception {
                return seeds.get();
            }

            @Override
            public void feed(byte[] input) throws Exception {
                feeding.feed(input);
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The directory of this process for files that loaders read. */
    private static Path directory() throws IOException {
        return Files.createDirectories(Path.of("fuzzed-files"));
    }

    /** What a reading gives, or {@code null} where it is refused as it should be. */
    private static <T> T readOrRefused(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (DataException e) {
            assertNotNull(e.getMessage());
            assertTrue(e.getMessage().matches("(?s).+: .+"), e.getMessage());
            assertTrue(!e.getMessage().matches("(?s).*\\b(java|com|de)\\.[a-z]+\\..*"), e.getMessage());
            return null;
        }
    }

    // a first line of label, features or none, and the edges of a box or none, between tabulators; then the file

    private static List<byte[]> csvSeeds() {
        String simple = "a,b,class\n-1.5,0.2,x\n0.5,-0.25,y\n1e3,.5,x\n";
        return Stream.of("class\t\t\t\n" + simple, "class\ta|b\t\t\n" + simple, "class\tb\t-2\t1000.0\n" + simple,
                "class\t\t-9\t9\n\ufeffa,\"class\"\r\n\" 1 \",\"x\"\"y\"\r\n\r\n-9,\"two\nlines\"\r\n",
                "\tx\t0\t1\nx\n1e-999999999\n0.1\n",
                "l\t\t-0.1\t0.1\nl,é\nq,0.1000000000000000055511151231257827021181583404541015625\nq,-0.10\n",
                "class\ta\t\t\nb\n1\n").map(DataTargets::bytes).toList();
    }

    private static void csv(byte[] input) throws IOException {
        String[] options = new String(bytesOf(Parts.line(input)), StandardCharsets.UTF_8).split("\t", -1);
        if (options.length != 4) {
            return;
        }
        byte[] content = Parts.behindLine(input);
        List<String> rows = read(content, options);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (!text.contains("\"") && !text.contains("\r") && !text.startsWith("\u00ef\u00bb\u00bf")) {
            // what a spreadsheet makes of it
            byte[] other = ("\u00ef\u00bb\u00bf" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(rows, read(other, options));
        }
    }

    private static byte[] bytesOf(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> read(byte[] content, String[] options) throws IOException {
        Path file = Files.write(directory().resolve("samples.csv"), content);
        return readOrRefused(() -> {
            String label = options[0];
            List<String> features = options[1].isEmpty() ? null : List.of(options[1].split("\\|", -1));
            List<String> rows = new ArrayList<>();
            try (CsvSamples samples = features == null
                    ? CsvSamples.labelled(file, file, label)
                    : CsvSamples.withFeatures(file, features, label.isEmpty() ? null : label)) {
                BigDecimal low = exact(options[2]);
                BigDecimal high = exact(options[3]);
                boolean boxed = low != null && high != null;
                if (boxed) {
                    samples.inBox(low, high);
                }
                float[] x = new float[samples.features().size()];
                while (samples.next(x)) {
                    for (float each : x) {
                        assertTrue(Float.isFinite(each));
                        assertTrue(!boxed || each >= Decimals.floor(low) && each <= Decimals.ceil(high), each + " in the box");
                    }
                    Rounding rounding = samples.rounding();
                    // each is rounded up, by a last bit a few times; a square that underflows is two of the smallest doubles
                    double most = (rounding.l1() + Math.sqrt(2 * x.length * Double.MIN_VALUE)) * (1 + 0x1p-49);
                    assertTrue(rounding.linf() >= 0 && rounding.linf() <= rounding.l2() && rounding.l2() <= most,
                            () -> rounding.linf() + " " + rounding.l2() + " " + rounding.l1());
                    rows.add(Arrays.toString(x) + (samples.hasLabels() ? samples.label() : ""));
                }
                assertEquals(content.length, samples.bytesRead());
            }
            return rows;
        });
    }

    private static BigDecimal exact(String text) {
        try {
            return Decimals.exact(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static List<byte[]> decimalSeeds() {
        return Stream.of("0", "-0", "1.5", ".5", "5.", "+1e-3", " 12 ", "1e999999999", "-1e-999999999", "16777217",
                "0.1000000000000000055511151231257827021181583404541015625", "3.4028235677973366e38", "1e39", "7e-46", "1.4e-45",
                "2.2250738585072011e-308", "179769313486231580793e289", "0e999999999", "007", "1_0", "0x1p3", "NaN", "")
                .map(DataTargets::bytes).toList();
    }

    /** Rounded to the nearest, and no nearer to what it was than is said. */
    private static void decimal(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        BigDecimal exact = exact(text);
        Double nearest = number(text, Decimals::toDouble);
        Float rounded = number(text, Decimals::toFloat);
        assertEquals(exact == null, nearest == null, "BigDecimal reads what double does not");
        assertEquals(exact == null, rounded == null);
        if (exact == null) {
            return;
        }
        double distance = Float.isFinite(rounded) ? Decimals.distance(text, nearest, rounded) : Double.NaN;
        float floor = Decimals.floor(exact);
        float ceil = Decimals.ceil(exact);
        double ceilDouble = Decimals.ceilDouble(exact);
        if (Math.abs((long) exact.scale()) > 2000) {
            return;
        }
        assertTrue(atMost(floor, exact) && !atMost(Math.nextUp(floor), exact), "floor " + floor);
        assertTrue(atLeast(ceil, exact) && !atLeast(Math.nextDown(ceil), exact), "ceil " + ceil);
        assertTrue(atLeast(ceilDouble, exact) && !atLeast(Math.nextDown(ceilDouble), exact), "ceilDouble " + ceilDouble);
        if (Double.isFinite(nearest)) {
            BigDecimal away = exact.subtract(new BigDecimal(nearest)).abs();
            assertTrue(away.compareTo(new BigDecimal(Math.ulp(nearest)).divide(BigDecimal.TWO)) <= 0, "double " + nearest);
        }
        if (Float.isFinite(rounded)) {
            BigDecimal away = exact.subtract(new BigDecimal(rounded)).abs();
            assertTrue(away.compareTo(new BigDecimal(Math.ulp(rounded)).divide(BigDecimal.TWO)) <= 0, "float " + rounded);
            assertTrue(new BigDecimal(distance).compareTo(away) >= 0, "distance " + distance);
            assertEquals(away.signum() == 0, distance == 0);
        }
    }

    private static boolean atMost(double x, BigDecimal exact) {
        return x == Double.NEGATIVE_INFINITY || Double.isFinite(x) && new BigDecimal(x).compareTo(exact) <= 0;
    }

    private static boolean atLeast(double x, BigDecimal exact) {
        return x == Double.POSITIVE_INFINITY || Double.isFinite(x) && new BigDecimal(x).compareTo(exact) >= 0;
    }

    private static <T> T number(String text, Function<String, T> reading) {
        try {
            return reading.apply(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    // a first line that names the format, then the files as parts, those of CIFAR without their 3072 pixels

    private static List<byte[]> imageSeeds() throws IOException {
        List<byte[]> idx = List.of(SmallFiles.idxImages(12), SmallFiles.idxLabels(12), SmallFiles.idxImages(2),
                SmallFiles.idxLabels(2));
        List<byte[]> zipped = new ArrayList<>();
        for (byte[] file : idx) {
            zipped.add(zipped(file));
        }
        List<byte[]> cifar = Stream.of("\u0000\u0001", "\u0002", "\u0003", "\u0004", "\u0005", "\u0009")
                .map(DataTargets::bytes).toList();
        return List.of(Parts.headed("idx", Parts.join(idx)), Parts.headed("idx.gz", Parts.join(zipped)),
                Parts.headed("cifar", Parts.join(cifar)), Parts.headed("digits", bytes("0,16," + "1,".repeat(62) + "9\n")),
                Parts.headed("digits.gz", zipped(bytes("0,16," + "1,".repeat(62) + "9\n"))));
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static void images(byte[] input) throws IOException {
        byte[] content = Parts.behindLine(input);
        switch (Parts.line(input)) {
            case "idx" -> idx(Parts.split(content), "");
            case "idx.gz" -> idx(Parts.split(content), ".gz");
            case "cifar" -> cifar(Parts.split(content));
            case "digits" -> digits(zipped(content));
            case "digits.gz" -> digits(content);
            default -> { }
        }
    }

    private static void idx(List<byte[]> files, String ending) throws IOException {
        Path directory = empty();
        for (int k = 0; k < Math.min(4, files.size()); k++) {
            Files.write(directory.resolve(IDX.get(k) + ending), files.get(k));
        }
        check(readOrRefused(() -> Idx.load(directory)));
    }

    private static void cifar(List<byte[]> labels) throws IOException {
        Path directory = empty();
        List<String> names = List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                "data_batch_5.bin", "test_batch.bin");
        for (int k = 0; k < Math.min(names.size(), labels.size()); k++) {
            byte[] of = labels.get(k);
            byte[] records = new byte[Math.min(of.length, 8) * (1 + CIFAR_PIXELS)];
            for (int n = 0; n < Math.min(of.length, 8); n++) {
                records[n * (1 + CIFAR_PIXELS)] = of[n];
            }
            // an item too many is one byte too many
            Files.write(directory.resolve(names.get(k)), of.length > 8 ? Arrays.copyOf(records, records.length + 1) : records);
        }
        check(readOrRefused(() -> Cifar10.load(directory)));
    }

    private static void digits(byte[] file) {
        long lines;
        try {
            lines = new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes().length;
        } catch (IOException e) {
            lines = 0;
        }
        DataSet read = readOrRefused(() -> Digits.parse(new ByteArrayInputStream(file), "digits"));
        assertTrue(read == null || lines > 1000L * 65, "digits without lines");
        check(read);
    }

    private static void check(DataSet read) {
        if (read != null) {
            for (LabelledImages images : List.of(read.demonstrations(), read.queries())) {
                float[] x = new float[images.features()];
                assertEquals(images.count(), Arrays.stream(images.countByClass()).sum());
                for (int n = 0; n < images.count(); n++) {
                    images.copyRow(n, x, 0);
                    for (float pixel : x) {
                        assertTrue(pixel >= 0 && pixel <= 1);
                    }
                }
            }
        }
    }

    private static Path empty() throws IOException {
        Path directory = Files.createDirectories(directory().resolve("images"));
        try (Stream<Path> left = Files.list(directory)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        return directory;
    }

    private static List<byte[]> mixtureSeeds() {
        return Stream.of("{\"mu\": [1, -0.5, 0], \"variances\": [1, 2, 0.5], \"epsilon\": 0.25}",
                "{\"epsilon\":1e-3,\"variances\":[1e300],\"mu\":[0]}\n", "{\"mu\": [], \"variances\": [null], \"epsilon\": \"0\"}",
                "\ufeff{\"mu\": [1], \"mu\": [true]}", "[{}]").map(DataTargets::bytes).toList();
    }

    private static void mixture(byte[] input) {
        Path file;
        try {
            file = Files.write(directory().resolve("mixture.json"), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        GaussianMixture read = readOrRefused(() -> MixtureFile.load(file.toString()));
        if (read != null) {
            assertTrue(read.mean().length > 0);
            assertEquals(read.mean().length, read.variances().length);
            assertTrue(read.epsilon() >= 0);
        }
    }
}
