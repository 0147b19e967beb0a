package dev.holdfast.verify.cli;

import dev.holdfast.verify.experiments.Evaluation;
import java.util.List;
import java.util.Locale;

/** Results as a table: a line for each of the weights, a column for each ε, accuracy ± its sd over tasks in each cell. */
final class ResultTable {
    /** Of the names of the weights. */
    private static final int LEAST_WIDTH = 16;

    private ResultTable() {}

    static String of(String title, List<Evaluation.Result> results) {
        List<String> weights =
                results.stream().map(Evaluation.Result::weights).distinct().toList();
        int columns = results.size() / weights.size();
        int width = weights.stream().mapToInt(name -> Options.printable(name).length()).reduce(LEAST_WIDTH, Math::max);
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%-" + (width + 2) + "s", title + ", ε ="));
        for (Evaluation.Result result : results.subList(0, columns)) {
            table.append(String.format(Locale.ROOT, "  %-13s", number(result.epsilon())));
        }
        for (int i = 0; i < results.size(); i++) {
            Evaluation.Result result = results.get(i);
            if (i % columns == 0) {
                table.append(String.format(Locale.ROOT, "%n  %-" + width + "s", Options.printable(result.weights())));
            }
            // one task has no deviation
            String deviation = result.sd() == null ? "" : String.format(Locale.ROOT, "±%.4f", result.sd());
            table.append(String.format(Locale.ROOT, "  %.4f %-7s", result.accuracy(), deviation));
        }
        return table.append(System.lineSeparator()).toString();
    }

    private static String number(double value) {
        return value == (long) value && value < Long.MAX_VALUE ? Long.toString((long) value) : Double.toString(value);
    }
}
