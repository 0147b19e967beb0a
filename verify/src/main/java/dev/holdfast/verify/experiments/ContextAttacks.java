package dev.holdfast.verify.experiments;

import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.experiments.PairQuestion.Found;
import dev.holdfast.verify.experiments.PairQuestion.Pair;
import dev.holdfast.verify.experiments.PairQuestion.Panel;
import dev.holdfast.verify.report.Axis;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What is left of accuracy whichever k demonstrations an adversary changes, for each query anew: labels are flipped;
 * demonstrations are replaced, added or moved.
 */
final class ContextAttacks {
    /** Shares of the context, %. */
    private static final double[] CHANGED = {0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};

    private static final int DEMONSTRATIONS = 1000;
    private static final int FLIP_QUERIES = 20;
    /** All demonstrations are moved for each of them, each within a box of its own. */
    private static final int HIJACK_QUERIES = 10;

    private static final int QUICK_HIJACK_QUERIES = 2;

    private static final List<String> FLIPS = List.of("accuracy");
    private static final List<String> HIJACKS = List.of("replaced", "added", "moved");

    private ContextAttacks() {}

    /** What there is to say of the answer to a query, with one context and learner. */
    private interface Attack {
        Needs on(float[] query);
    }

    /**
     * By kind of change, the smallest numbers of changed demonstrations after which an answer may be another.
     *
     * @param score whose sign is the answer
     */
    private record Needs(double score, long... numbers) {}

    static PairQuestion flips(String data) {
        String name = PaperFigures.title(data);
        return new PairQuestion("flips-" + data, "Flipped labels in the context: " + name, data,
                ContextAttacks::measureFlips,
                List.of(new Panel("accuracy", "Accuracy on " + name + " under flipped labels",
                        "Share of queries that are answered right whichever k labels of the context are flipped: a"
                                + " certificate by sorting shares, no search." + sizes(FLIP_QUERIES),
                        new Axis("flipped labels k, % of N", false), PaperFigures.ACCURACY)),
                found -> OpenQuestions.say("Labels of the context, too, may be attacked, for each query anew. With adversarial"
                        + " weights %.3f of the answers are right, %.3f whichever 10 %% of the labels are flipped and"
                        + " %.3f whichever of them are; with standard weights %.3f, %.3f and %.3f. Mean and signs still"
                        + " tell what the true labels told: in z the label is but one of d+1 entries.",
                        found.at("accuracy/adversarial", 0), found.at("accuracy/adversarial", 10),
                        found.at("accuracy/adversarial", 100), found.at("accuracy/standard", 0),
                        found.at("accuracy/standard", 10), found.at("accuracy/standard", 100)));
    }

    static void measureFlips(Pair pair, Sweep.Numbers numbers) {
        Pair context = pair.first(DEMONSTRATIONS, FLIP_QUERIES);
        measure(context, FLIPS, transformer -> query -> {
            Influence influence = transformer.influence(context.x(), context.y(), query);
            return new Needs(influence.score(), influence.flipsToChange().orElse(Integer.MAX_VALUE));
        }, numbers);
    }

    static PairQuestion hijacked(String data, Scale scale) {
        String name = PaperFigures.title(data);
        int queries = scale.quick() ? QUICK_HIJACK_QUERIES : HIJACK_QUERIES;
        String caption = " The adversary's images have pixels in 0..1: an exact worst case, no search." + sizes(queries);
        Axis k = new Axis("changed demonstrations k, % of N", false);
        return new PairQuestion("hijacked-" + data, "Hijacked demonstrations: " + name, data,
                (pair, numbers) -> measureHijacked(pair, queries, numbers),
                List.of(
                        new Panel("replaced", "Accuracy on " + name + " under replaced demonstrations",
                                "Share of queries that are answered right whichever k demonstrations are replaced by"
                                        + " any images with any labels." + caption, k, PaperFigures.ACCURACY),
                        new Panel("added", "Accuracy on " + name + " under added demonstrations",
                                "Share of queries that are answered right whichever k images with any labels are added."
                                        + caption, k, PaperFigures.ACCURACY),
                        new Panel("moved", "Accuracy on " + name + " under moved demonstrations, ε = "
                                + OpenQuestions.EPSILON,
                                "Share of queries that are answered right whichever k demonstrations are moved by up to ε"
                                        + " in each pixel and keep their labels." + caption, k, PaperFigures.ACCURACY)),
                ContextAttacks::tellHijacked);
    }

    private static String tellHijacked(Found found) {
        return OpenQuestions.say("An adversary may also get at whole demonstrations, for each query anew. With adversarial"
                + " weights %.3f of the answers are right, and %.3f, %.3f, %.3f and %.3f whichever 1, 5, 10 and 20 %% of the"
                + " demonstrations are replaced by any images with any labels. Where as many are added to the true ones it is"
                + " %.3f, %.3f, %.3f and %.3f. Small moves do less: %.3f are right whichever 10 %% of the demonstrations are"
                + " moved by ε = %s, %.3f where all of them are. With standard weights %.3f are right, %.3f whichever half of"
                + " the demonstrations is replaced, and %.3f where as many are added as there are. That is no strength of"
                + " theirs: a demonstration z gives N f(x) the share (Σ z)² Σ q, q the aligned query, whose sign no"
                + " demonstration changes, so that mean and signs, which stay as they are, say it all; where their curve"
                + " falls, next to nothing is left of f(x), and roundings leave its sign open.",
                found.at("replaced/adversarial", 0), found.at("replaced/adversarial", 1),
                found.at("replaced/adversarial", 5), found.at("replaced/adversarial", 10),
                found.at("replaced/adversarial", 20), found.at("added/adversarial", 1),
                found.at("added/adversarial", 5), found.at("added/adversarial", 10),
                found.at("added/adversarial", 20), found.at("moved/adversarial", 10), OpenQuestions.EPSILON,
                found.at("moved/adversarial", 100), found.at("replaced/standard", 0), found.at("replaced/standard", 50),
                found.at("added/standard", 100));
    }

    static void measureHijacked(Pair pair, int queries, Sweep.Numbers numbers) {
        Pair context = pair.first(DEMONSTRATIONS, queries);
        measure(context, HIJACKS, transformer -> {
            Hijackable hijackable = Hijackable.of(
                    transformer, context.x(), context.y(), OpenQuestions.PIXELS, OpenQuestions.EPSILON);
            return query -> {
                Hijackable.Fewest fewest = hijackable.of(query);
                return new Needs(fewest.score(), fewest.replaced(), fewest.added(), fewest.moved());
            };
        }, numbers);
    }

    private static String sizes(int queries) {
        return " Mean and signs stay those of the true demonstrations. The first " + queries
                + " queries of a pair, learnt from its first " + DEMONSTRATIONS
                + " demonstrations or all, if there are fewer.";
    }

    /** A series KIND/WEIGHTS for each kind of change. */
    private static void measure(Pair context, List<String> kinds, Function<LinearTransformer, Attack> attacks,
            Sweep.Numbers numbers) {
        int d = context.x().features();
        int n = context.y().length;
        int queries = context.answers().length;
        float[] asked = context.queries().toArray();
        for (NamedLearner weights : NamedLearner.ideal(d)) {
            Attack attack = attacks.apply(weights.transformer().aligned(context.alignment()));
            int[][] right = new int[kinds.size()][CHANGED.length];
            for (int m = 0; m < queries; m++) {
                Needs needs = attack.on(Arrays.copyOfRange(asked, m * d, (m + 1) * d));
                boolean isRight = needs.score() * context.answers()[m] > 0;
                for (int kind = 0; kind < right.length; kind++) {
                    for (int i = 0; i < CHANGED.length; i++) {
                        right[kind][i] += isRight && needs.numbers()[kind] > Math.round(CHANGED[i] * n / 100) ? 1 : 0;
                    }
                }
            }
            for (int kind = 0; kind < right.length; kind++) {
                for (int i = 0; i < CHANGED.length; i++) {
                    numbers.add(kinds.get(kind) + "/" + weights.name(), CHANGED[i], (double) right[kind][i] / queries);
                }
            }
        }
    }
}
