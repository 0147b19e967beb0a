package dev.holdfast.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a command line, or a column of parameters, calls learners. */
final class LearnerNames {
    private static final String BAYES = "bayes";
    /** A number as people write it: what else Java reads, NaN, hexadecimal digits and suffixes, is none. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");

    private LearnerNames() {}

    static Optional<Learner> learner(String name, int d) {
        return switch (name) {
            case "standard" -> Optional.of(LinearTransformer.standard(d));
            case "adversarial" -> Optional.of(LinearTransformer.adversarial(d));
            // one layer of P = Π_y and Q = Π_x: w = (1/N) Σ y x
            case "mean" -> Optional.of(DeepTransformer.family(d, List.of(new DeepTransformer.Layer(0, 1, 1, 0))));
            default -> bayes(name).map(Learner.class::cast);
        };
    }

    /** What a name like {@code bayes-diagonal:l2:0.5} or {@code bayes:l2:0.5:1e-9} says, if it says something. */
    private static Optional<RobustBayes> bayes(String name) {
        String[] parts = name.split(":", -1);
        if (parts.length < 3 || parts.length > 4) {
            return Optional.empty();
        }
        double epsilon = decimal(parts[2]);
        if (!(epsilon >= 0 && epsilon <= Float.MAX_VALUE)) {
            return Optional.empty();
        }
        Optional<RobustBayes> full = switch (parts[1]) {
            case "linf" -> Optional.of(RobustBayes.linf(epsilon));
            case "l2" -> Optional.of(RobustBayes.l2(epsilon));
            case "l1" -> Optional.of(RobustBayes.l1(epsilon));
            default -> Optional.empty();
        };
        if (parts.length == 4) {
            double ridge = decimal(parts[3]);
            full = full.filter(bayes -> ridge > 0 && ridge <= Float.MAX_VALUE).map(bayes -> bayes.ridge(ridge));
        }
        return switch (parts[0]) {
            case BAYES -> full;
            case BAYES + "-diagonal" -> full.map(RobustBayes::diagonal);
            case BAYES + "-identity" -> full.map(RobustBayes::identity);
            default -> Optional.empty();
        };
    }

    /** NaN for what is none. */
    private static double decimal(String text) {
        return DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }
}
