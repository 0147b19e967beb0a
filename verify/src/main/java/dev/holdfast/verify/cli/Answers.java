package dev.holdfast.verify.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.MultiClassifier.Answer;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.data.CsvSamples;
import dev.holdfast.verify.data.Decimals;
import dev.holdfast.verify.data.Rounding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Answers to the rows of a CSV file, as CSV, and how many of them are right. */
final class Answers {
    private final MultiClassifier<String> classifier;
    private final Threat threat;
    /** The distance of a query from its decimals, which the threat's adversary need not go. */
    private final ToDoubleFunction<Rounding> rounding;
    /** Or {@code null}. */
    private final BigDecimal epsilon;
    /** Or {@code null}. */
    private final Hijacks hijacks;
    /** No less than ε. */
    private final double size;
    /** By class: queries whose label says which they are. */
    private final long[] queries;

    private final long[] right;
    private final long[] certified;

    Answers(MultiClassifier<String> classifier, Threat threat, ToDoubleFunction<Rounding> rounding,
            BigDecimal epsilon, Hijacks hijacks) {
        this.classifier = classifier;
        this.threat = threat;
        this.rounding = rounding;
        this.epsilon = epsilon;
        this.hijacks = hijacks;
        this.size = epsilon == null ? Double.NaN : Decimals.ceilDouble(epsilon);
        this.queries = new long[classifier.classes().size()];
        this.right = new long[queries.length];
        this.certified = new long[queries.length];
    }

    /** Answers every sample, one after the other. */
    void write(CsvSamples samples, OutputStream out, Progress progress) throws IOException {
        float[] x = new float[classifier.features()];
        try (CsvWriter csv = CsvWriter.builder().build(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
            List<String> line = new ArrayList<>(List.of("predicted", "score", "radius"));
            if (epsilon != null) {
                line.add("certified");
            }
            if (hijacks != null) {
                line.addAll(hijacks.names());
            }
            csv.writeRecord(line);
            while (samples.next(x)) {
                Answer<String> answer = answer(samples, x);
                line.clear();
                line.add(answer.label());
                line.add(Double.toString(answer.score()));
                line.add(Double.toString(answer.radius()));
                if (epsilon != null) {
                    line.add(Boolean.toString(answer.radius() > size));
                }
                if (hijacks != null) {
                    line.addAll(ask(samples, () -> hijacks.of(x, answer.label())));
                }
                csv.writeRecord(line);
                if (samples.hasLabels()) {
                    count(samples, answer);
                }
                progress.at(samples.bytesRead());
            }
        }
    }

    /** For what stands in the file: a perturbation of it is one of x, and the rounding between them beside. */
    private Answer<String> answer(CsvSamples samples, float[] x) {
        Answer<String> answer = ask(samples, () -> classifier.answer(x, threat));
        double distance = rounding.applyAsDouble(samples.rounding());
        return distance == 0
                ? answer
                : new Answer<>(answer.label(), answer.score(), minus(answer.radius(), distance));
    }

    /** An error is one of the sample that was read last. */
    private static <T> T ask(CsvSamples samples, Supplier<T> question) {
        try {
            return question.get();
        } catch (IllegalArgumentException e) {
            throw samples.bad(e.getMessage());
        }
    }

    /** Rounded down, and not below 0, where nothing is certain. */
    private static double minus(double radius, double distance) {
        return radius > distance ? Math.max(0, Math.nextDown(radius - distance)) : 0;
    }

    private void count(CsvSamples samples, Answer<String> answer) {
        int k = classifier.classes().indexOf(samples.label());
        if (k < 0) {
            throw samples.badLabel("one of the context's " + queries.length + " classes");
        }
        queries[k]++;
        if (answer.label().equals(samples.label())) {
            right[k]++;
            certified[k] += answer.radius() > size ? 1 : 0;
        }
    }

    /** A line a class, and one for all: queries, clean accuracy and, with ε, certified accuracy. */
    String summary() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-20s %10s %10s", "class", "queries", "clean"));
        if (epsilon != null) {
            text.append(String.format(Locale.ROOT, "  certified at %s", epsilon));
        }
        text.append(System.lineSeparator());
        long[] all = new long[3];
        for (int k = 0; k < queries.length; k++) {
            line(text, classifier.classes().get(k), queries[k], right[k], certified[k]);
            all[0] += queries[k];
            all[1] += right[k];
            all[2] += certified[k];
        }
        line(text, "all", all[0], all[1], all[2]);
        return text.toString();
    }

    private void line(StringBuilder text, String name, long count, long clean, long sure) {
        text.append(String.format(Locale.ROOT, "%-20s %10d %10s", Options.printable(name), count, share(clean, count)));
        if (epsilon != null) {
            text.append(String.format(Locale.ROOT, "  %s", share(sure, count)));
        }
        text.append(System.lineSeparator());
    }

    private static String share(long part, long count) {
        return count == 0 ? "–" : String.format(Locale.ROOT, "%.4f", (double) part / count);
    }
}
