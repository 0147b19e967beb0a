package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmark of certificates. */
class CertificateBenchmarkTest {
    /** What a radius loses at most, relatively: see Classifier. */
    private static final double LOSS = 1e-6;

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784})
    void certificates(int d) {
        CertificateBenchmark benchmark = new CertificateBenchmark();
        benchmark.d = d;
        benchmark.prepare();
        double[] w = Doubles.of(benchmark.w);
        double[] query = Doubles.of(benchmark.query);
        double f = Reference.score(w, query);
        double magnitude = Reference.score(Doubles.magnitudes(new double[][] {w})[0],
                Doubles.magnitudes(new double[][] {query})[0]);
        assertEquals(f, benchmark.dot(), Reference.gamma(d, 0x1p-24) * magnitude);
        assertEquals(Math.signum(f), benchmark.classify());
        double radius = Math.abs(f) / Reference.norm1(w);
        assertTrue(benchmark.radius() <= radius && benchmark.radius() >= radius * (1 - LOSS));
        assertEquals(Math.signum(f) * benchmark.radius(), benchmark.certify());
        // no feature reaches an edge of the box before the answer changes
        assertTrue(benchmark.radiusBox() <= radius && benchmark.radiusBox() >= radius * (1 - LOSS));
        double[] worst = Reference.attack(query, 1, w, 0.1);
        float[] attacked = benchmark.attack();
        for (int j = 0; j < d; j++) {
            assertEquals(worst[j], attacked[j], Math.ulp((float) worst[j]));
        }
    }
}
