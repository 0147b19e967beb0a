package dev.holdfast.verify.attacks;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Threat;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Names;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Holdfast, by its public types: {@link Classifier#of}, {@link MultiClassifier#ofRest}, and a file of one-vs-one. */
final class HoldfastLibrary implements Library {
    private Functions last;
    private Classifier classifier;
    private MultiClassifier<Integer> classes;
    private Allowed lastAllowed;
    private Threat threat;

    @Override
    public String name() {
        return "holdfast";
    }

    @Override
    public Certificate certify(Functions functions, float[] x, Allowed allowed) {
        if (functions != last) {
            make(functions);
            last = functions;
        }
        if (allowed != lastAllowed) {
            threat = threat(allowed);
            lastAllowed = allowed;
        }
        if (classifier != null) {
            double signed = classifier.signedRadius(x, threat);
            return new Certificate(signed > 0 ? 1 : 0, Math.abs(signed));
        }
        MultiClassifier.Answer<Integer> answer = classes.answer(x, threat);
        return new Certificate(answer.label(), answer.radius());
    }

    private void make(Functions functions) {
        classifier = null;
        classes = null;
        List<Integer> labels = IntStream.range(0, functions.classes()).boxed().toList();
        switch (functions.scheme()) {
            case SIGN -> classifier = Classifier.of(functions.w()[0], functions.c()[0]);
            case REST -> classes = MultiClassifier.ofRest(labels, IntStream.range(0, functions.c().length)
                    .mapToObj(k -> Classifier.of(functions.w()[k], functions.c()[k]))
                    .toList());
            case PAIRS -> classes = pairs(functions, labels);
        }
    }

    /** One-vs-one is learnt, or read from a file: of functions that nobody has learnt, this is the way in. */
    private static MultiClassifier<Integer> pairs(Functions functions, List<Integer> labels) {
        int d = functions.features();
        FlatJson meta = new FlatJson().put("format", "holdfast-classes").put("version", 2).put("features", d)
                .put("scheme", "pairs").put("product", "rounding attacks");
        byte[] file = Npz.bytes(Map.of(
                "w", Npz.Array.rows(functions.c().length, d, (k, row) ->
                        System.arraycopy(functions.w()[k], 0, row, 0, d)),
                "c", Npz.Array.of(functions.c(), functions.c().length),
                "classes", Npz.Array.of(Names.of(labels, String::valueOf).toString()),
                "meta", Npz.Array.of(meta.toString())));
        try {
            return MultiClassifier.load(ByteBuffer.wrap(file), Integer::valueOf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Threat threat(Allowed allowed) {
        Threat threat = switch (allowed.norm()) {
            case LINF -> Threat.linf();
            case L2 -> Threat.l2();
            case L1 -> Threat.l1();
        };
        threat = allowed.lower() == null ? threat : threat.inBox(allowed.lower(), allowed.upper());
        return allowed.budgets() == null ? threat : threat.withBudgets(allowed.budgets());
    }

    /** One-vs-rest is about its functions on grids, as {@link MultiClassifier} says. */
    @Override
    public Functions exact(Functions functions) {
        if (functions.scheme() != Functions.Scheme.REST) {
            return functions;
        }
        int count = functions.classes();
        float[][] w = new float[count][functions.features()];
        for (int j = 0; j < functions.features(); j++) {
            int feature = j;
            double[] column = onGrid(IntStream.range(0, count).mapToDouble(k -> functions.w()[k][feature]).toArray(),
                    22, Float.MIN_EXPONENT - 1 - 22);
            for (int k = 0; k < count; k++) {
                w[k][j] = (float) column[k];
            }
        }
        return new Functions(functions.scheme(), count, w, onGrid(functions.c(), 51, Double.MIN_EXPONENT - 1 - 51));
    }

    /** The nearest multiples of 2^(e − bits), or of 2^least, 2^e being the greatest power of two in the greatest number. */
    static double[] onGrid(double[] values, int bits, int least) {
        double greatest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        // the exponent of what is below the normal doubles is one below theirs
        int unit = Math.max(Math.getExponent(greatest) - bits, least);
        // both exact, but for what is far below half a unit
        return Arrays.stream(values).map(value -> Math.scalb(Math.rint(Math.scalb(value, -unit)), unit)).toArray();
    }
}
