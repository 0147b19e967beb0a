package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Weights keep every bit on their way through a file, and a dense Q̄ that is structured becomes so. */
class WeightsFilePropertyTest {
    private static Path file;

    @BeforeContainer
    static void createFile() throws IOException {
        file = Files.createTempFile("holdfast", ".npz");
    }

    @AfterContainer
    static void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 50)
    void fullWeightsKeepEveryBit(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        int size = d + 1;
        float[] bigP = anyFloats(random, size * size);
        float[] bigQ = anyFloats(random, size * size);
        LinearTransformer transformer = LinearTransformer.full(bigP, bigQ);
        LinearTransformer loaded = throughAFile(transformer, random);
        Map<String, byte[]> entries = SmallNpz.read(file);
        assertBits(bigP, SmallNpz.floats("(" + size + ", " + size + ")", entries.get("P.npy")));
        assertBits(bigQ, SmallNpz.floats("(" + size + ", " + size + ")", entries.get("Q.npy")));
        assertLearnsAs(LinearTransformer.full(bigP, bigQ), loaded, random);
    }

    @Property(tries = 50)
    void denseWeightsKeepEveryBit(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        float[] p = anyFloats(random, d + 1);
        float[] qBar = anyFloats(random, (d + 1) * d);
        LinearTransformer loaded = throughAFile(LinearTransformer.of(p, qBar), random);
        assertBits(p, SmallNpz.floats("(" + (d + 1) + ",)", SmallNpz.read(file).get("p.npy")));
        assertBits(withLastColumn(qBar, d), q(d));
        assertLearnsAs(LinearTransformer.of(p, qBar), loaded, random);
    }

    /**
     * Multiples of 1/8 up to 4 make b + δ exact, so that the readout by δ and b after loading has the very bits of the
     * one before. A dense one has others: 2⁵⁵ first and −2⁵⁵ last swallow what a sum in the order of features has between
     * them, and lanes do not.
     */
    @Property(tries = 50)
    void structuredWeightsStayStructured(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        float[] p = reals(random, 1, d + 1)[0];
        float[] delta = eighths(random, d);
        // one feature has no entry off the diagonal to read b from: it is all in δ
        float b = d == 1 ? 0 : eighths(random, 1)[0];
        float[] label = anyFloats(random, d);
        float[] qBar = new float[(d + 1) * d];
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j < d; j++) {
                qBar[i * d + j] = i == d ? label[j] : i == j ? b + delta[j] : b;
            }
        }
        LinearTransformer transformer = LinearTransformer.structured(p, delta, b, label);
        LinearTransformer loaded = throughAFile(transformer, random);
        assertBits(withLastColumn(qBar, d), q(d));
        float[] x = reals(random, 1, d)[0];
        x[0] = 0x1p55f;
        x[d - 1] = -0x1p55f;
        float[] expected = transformer.learn(Rows.copyOf(x), new int[] {1}).weights();
        assertArrayEquals(expected, loaded.learn(Rows.copyOf(x), new int[] {1}).weights());
        assertArrayEquals(expected, LinearTransformer.of(p, qBar).learn(Rows.copyOf(x), new int[] {1}).weights());
    }

    /** Where b + δ is rounded, or a zero has a sign, only the dense form says Q̄ exactly. */
    @Property(tries = 50)
    void whatIsNearlyStructuredKeepsEveryBit(@ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        float[] choice = {0, -0f, 1, 0x1p-30f, -0x1p-30f, 0x1p-149f, 3e38f, -3e38f, 0.1f};
        float b = choice[random.nextInt(choice.length)];
        float[] qBar = new float[(d + 1) * d];
        for (int k = 0; k < qBar.length; k++) {
            qBar[k] = k % (d + 1) == 0 || k >= d * d ? choice[random.nextInt(choice.length)] : b;
        }
        float[] p = anyFloats(random, d + 1);
        throughAFile(LinearTransformer.of(p, qBar), random);
        assertBits(withLastColumn(qBar, d), q(d));
    }

    /** Saves, loads, and finds that saving again gives the same bytes: of weights, origin and all. */
    private static LinearTransformer throughAFile(LinearTransformer transformer, Random random) throws IOException {
        double lambda = Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(600) - 300);
        Provenance provenance = new Provenance(
                "m" + random.nextInt(), lambda, random.nextDouble(), random.nextLong(), random.nextInt(9));
        transformer.withProvenance(provenance).save(file);
        byte[] first = Files.readAllBytes(file);
        LinearTransformer loaded = LinearTransformer.load(file);
        assertEquals(provenance, loaded.provenance().orElseThrow());
        loaded.save(file);
        assertArrayEquals(first, Files.readAllBytes(file));
        return loaded;
    }

    private static float[] q(int d) throws IOException {
        return SmallNpz.floats("(" + (d + 1) + ", " + (d + 1) + ")", SmallNpz.read(file).get("Q.npy"));
    }

    private static float[] withLastColumn(float[] qBar, int d) {
        float[] q = new float[(d + 1) * (d + 1)];
        for (int i = 0; i <= d; i++) {
            System.arraycopy(qBar, i * d, q, i * (d + 1), d);
        }
        return q;
    }

    private static void assertBits(float[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        for (int k = 0; k < expected.length; k++) {
            assertEquals(Float.floatToRawIntBits(expected[k]), Float.floatToRawIntBits(found[k]), "element " + k);
        }
    }

    private static void assertLearnsAs(LinearTransformer expected, LinearTransformer found, Random random) {
        Rows x = Rows.copyOf(reals(random, 5, expected.features()));
        int[] y = labels(random, 5);
        assertArrayEquals(expected.learn(x, y).weights(), found.learn(x, y).weights());
    }

    /** Of any size that sums leave finite, subnormal and zero too, with either sign. */
    private static float[] anyFloats(Random random, int length) {
        float[] floats = new float[length];
        for (int k = 0; k < length; k++) {
            floats[k] = switch (random.nextInt(8)) {
                case 0 -> random.nextBoolean() ? 0 : -0f;
                case 1 -> Float.intBitsToFloat(random.nextInt(1 << 23));
                case 2 -> (float) (random.nextGaussian() * 0x1p40);
                default -> (float) random.nextGaussian();
            };
        }
        return floats;
    }

    private static float[] eighths(Random random, int length) {
        float[] floats = new float[length];
        for (int k = 0; k < length; k++) {
            floats[k] = (random.nextInt(65) - 32) / 8f;
        }
        return floats;
    }
}
