package dev.holdfast.verify.model;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.HijackingBound;
import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is certified of fixed classifiers and fixed demonstrations, in a hash: radii and worst queries of all threats, and
 * what it takes of demonstrations to change an answer. A bound that is looser than it was is still a bound, and no property
 * can refuse it; here it shows.
 */
final class FixedCertificates {
    private final MessageDigest digest;

    private FixedCertificates(MessageDigest digest) {
        this.digest = digest;
    }

    static String hash() throws NoSuchAlgorithmException {
        FixedCertificates certificates = new FixedCertificates(MessageDigest.getInstance("SHA-256"));
        for (int d : new int[] {1, 2, 3, 8}) {
            certificates.addQueries(new Random(d), d);
            certificates.addDemonstrations(new Random(-d), d);
        }
        return HexFormat.of().formatHex(certificates.digest.digest());
    }

    private void addQueries(Random random, int d) {
        for (int k = 0; k < 10; k++) {
            // multiples of 1/8, so that features cost the same, lie at edges and have no weight
            float[] budgets = multiples(random, d, 0, 8);
            List<Classifier> classifiers = IntStream.range(0, 3)
                    .mapToObj(c -> Classifier.of(multiples(random, d, -8, 8), random.nextInt(17) / 8.0 - 1))
                    .toList();
            MultiClassifier<Integer> many = MultiClassifier.ofRest(List.of(0, 1, 2), classifiers);
            float[] values = multiples(random, 4 * d, -8, 8);
            Rows queries = Rows.view(values, d);
            for (Threat norm : List.of(Threat.linf(), Threat.l2(), Threat.l1())) {
                for (Threat threat : List.of(norm, norm.withBudgets(budgets), norm.inBox(-1, 1),
                        norm.inBox(-1, 1).withBudgets(budgets))) {
                    for (Classifier each : classifiers) {
                        add(each.signedRadii(queries, new int[] {1, -1, 1, -1}, threat));
                        add(each.attack(queries, new int[] {1, -1, 1, -1}, threat, 0.375));
                    }
                    for (int q = 0; q < 4; q++) {
                        add(many.radius(Arrays.copyOfRange(values, q * d, (q + 1) * d), threat));
                    }
                    add(many.signedRadii(queries, List.of(0, 1, 2, 0), threat));
                }
            }
        }
    }

    private void addDemonstrations(Random random, int d) {
        int count = 14;
        float[] rows = new float[count * d];
        int[] y = new int[count];
        for (int n = 0; n < count; n++) {
            y[n] = n % 2 == 0 ? 1 : -1;
            for (int j = 0; j < d; j++) {
                rows[n * d + j] = (float) Math.max(-3, Math.min(3, 0.75 * y[n] + 0.5 * random.nextGaussian()));
            }
        }
        Rows x = Rows.view(rows, d);
        Threat threat = Threat.linf().inBox(-3, 3).withBudgets(multiples(random, d, 0, 8));
        LinearTransformer given = LinearTransformer.of(gaussians(random, d + 1), gaussians(random, (d + 1) * d));
        LinearTransformer structured = LinearTransformer.structured(gaussians(random, d + 1), gaussians(random, d), 0.5f,
                gaussians(random, d));
        List<LinearTransformer> layers = List.of(LinearTransformer.standard(d), LinearTransformer.adversarial(d), structured,
                given);
        List<DeepTransformer> deep = List.of(
                DeepTransformer.family(d, List.of(new DeepTransformer.Layer(-0.05, 0.5, 0.3, 0), new DeepTransformer.Layer(0, 1, 1, 0))),
                DeepTransformer.full(List.of(square(random, d, 1), square(random, d, 1)),
                        List.of(square(random, d, 0), square(random, d, 0))));
        RobustBayes bayes = RobustBayes.linf(0.05).ridge(1);
        List<HijackingBound> bounds = List.of(structured.hijackingWithAlignment(x, y, threat, 0.25),
                given.hijackingWithAlignment(x, y, threat, 0.25), deep.get(0).hijacking(x, y, threat, 0.25),
                deep.get(1).hijacking(x, y, threat, 0.25), bayes.hijacking(x, y, threat, 0.25),
                bayes.diagonal().hijacking(x, y, threat, 0.25), RobustBayes.l2(0.05).hijacking(x, y, threat, 0.25),
                RobustBayes.l1(0.05).countedPriors().hijacking(x, y, threat, 0.25));
        for (int k = 0; k < 6; k++) {
            float[] query = multiples(random, d, -8, 8);
            for (LinearTransformer layer : layers) {
                Influence influence = layer.influence(x, y, query);
                addFlips(influence);
                add(influence.leaveOneOut());
                add(IntStream.range(0, count).mapToDouble(influence::marginAfterRemovals).toArray());
                add(layer.hijacking(x, y, query, threat, 0.25), count);
            }
            for (DeepTransformer each : deep) {
                addFlips(each.influence(x, y, query));
            }
            for (HijackingBound bound : bounds) {
                add(bound.replacementsToChange(query).orElse(-1), bound.additionsToChange(query).orElse(-1),
                        bound.movesToChange(query).orElse(-1));
            }
        }
    }

    private void addFlips(Influence influence) {
        add(influence.score(), influence.error());
        add(influence.shares());
        add(IntStream.range(0, influence.demonstrations()).mapToDouble(influence::marginAfterFlips).toArray());
    }

    private void add(Hijacking hijacking, int count) {
        add(hijacking.score(), hijacking.error(), hijacking.worstLabel());
        add(hijacking.worstRow());
        for (int k = 0; k <= count; k++) {
            add(hijacking.marginAfterReplacements(k), hijacking.marginAfterAdditions(k), hijacking.marginAfterMoves(k));
        }
        add(hijacking.replacementsToChange().orElse(-1), hijacking.additionsToChange().orElse(-1),
                hijacking.movesToChange().orElse(-1));
    }

    private static float[] multiples(Random random, int size, int low, int high) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (low + random.nextInt(high - low + 1)) / 8f;
        }
        return values;
    }

    private static float[] gaussians(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** (d+1) × (d+1), in which nothing binds features and labels: so they have an influence of their own. */
    private static float[] square(Random random, int d, float corner) {
        float[] values = gaussians(random, (d + 1) * (d + 1));
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                values[i * (d + 1) + j] = i == d && j == d ? corner : i == d || j == d ? 0 : values[i * (d + 1) + j] / (d + 1);
            }
        }
        return values;
    }

    private void add(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        add(wide);
    }

    private void add(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
        for (double value : values) {
            bytes.putDouble(value);
        }
        digest.update(bytes.array());
    }
}
