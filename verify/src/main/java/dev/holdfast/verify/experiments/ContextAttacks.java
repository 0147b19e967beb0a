package dev.holdfast.verify.experiments;

import dev.holdfast.model.Influence;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.verify.experiments.Hijackable.Fewest;
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
    private static final double[] CHANGED = {0, 1, 2, 3, 5, 7, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};

    private static final Size FLIPS_OF = new Size(1000, 20);
    /** Fewer, as each query goes over all demonstrations for every number that is tried. */
    private static final Size HIJACKS_OF = new Size(500, 10);

    private static final Size QUICK_HIJACKS_OF = new Size(100, 1);

    private static final String LEARNT = ", alignment learnt";
    /** With correlations its bound is certain of a few demonstrations at most. */
    private static final String BAYES = "robust Bayes, no correlations";

    private static final List<String> FLIPS = List.of("accuracy");

    private ContextAttacks() {}

    /** How much of a pair is looked at: its first demonstrations and queries, or all, if there are fewer. */
    record Size(int demonstrations, int queries) {
        Pair of(Pair pair) {
            return pair.first(demonstrations, queries);
        }

        /** For a caption. */
        @Override
        public String toString() {
            return " The first " + queries + (queries == 1 ? " query" : " queries") + " of a pair, learnt from its first "
                    + demonstrations + " demonstrations or all, if there are fewer.";
        }
    }

    static PairQuestion flips(String data) {
        String name = PaperFigures.title(data);
        return new PairQuestion("flips-" + data, "Flipped labels in the context: " + name, data,
                ContextAttacks::measureFlips,
                List.of(new Panel("accuracy", "Accuracy on " + name + " under flipped labels",
                        "Share of queries that are answered right whichever k labels of the context are flipped: a"
                                + " certificate by sorting shares, no search. Mean and signs stay those of the true"
                                + " labels." + FLIPS_OF,
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
        Pair context = FLIPS_OF.of(pair);
        for (NamedLearner each : NamedLearner.ideal(context.x().features())) {
            LinearTransformer fixed = each.transformer().aligned(context.alignment());
            measure(each.name(), context, FLIPS, query -> {
                Influence influence = fixed.influence(context.x(), context.y(), query);
                return new Fewest(influence.score(), influence.flipsToChange().orElse(Integer.MAX_VALUE));
            }, numbers);
        }
    }

    static PairQuestion hijacked(String data, Scale scale) {
        String name = PaperFigures.title(data);
        Size size = scale.quick() ? QUICK_HIJACKS_OF : HIJACKS_OF;
        String caption = " The adversary's images have pixels in 0..1. “Standard” and “adversarial”: mean and signs stay those"
                + " of the true demonstrations, and the worst case is exact. “Alignment learnt”: they are those of the hijacked"
                + " ones, as are all that robust Bayes reads, and what is shown is certain, not exact."
                + size;
        Axis k = new Axis("changed demonstrations k, % of N", false);
        return new PairQuestion("hijacked-" + data, "Hijacked demonstrations: " + name, data,
                (pair, numbers) -> measureHijacked(pair, size, numbers),
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
        return OpenQuestions.say("An adversary may also get at whole demonstrations, for each query anew. While mean and signs stay"
                + " those of the true ones, adversarial weights answer %.3f right, and %.3f, %.3f and %.3f whichever 1, 5 and"
                + " 10 %% of the demonstrations are replaced by any images with any labels, %.3f, %.3f and %.3f where as many"
                + " are added, and %.3f whichever 10 %% of them are moved by up to ε = %s. With standard weights nothing"
                + " changes: a demonstration z gives N f(x) the share (Σz)² Σq, q the aligned query, whose sign is the"
                + " query's alone (%.3f are right, %.3f whichever half of the demonstrations is replaced; later roundings leave"
                + " the sign open). So mean and signs say it all, and an adversary goes for them: where they are learnt from the"
                + " hijacked demonstrations, %.3f and %.3f are certain at 1 and 2 %% replaced with adversarial weights, %.3f and"
                + " %.3f with standard ones. Robust Bayes against ε = %s without correlations, all of it learnt from the"
                + " hijacked demonstrations, is right for %.3f, and certainly for %.3f, %.3f and %.3f at 1, 2 and 5 %% replaced.",
                found.at("replaced/adversarial", 0), found.at("replaced/adversarial", 1),
                found.at("replaced/adversarial", 5), found.at("replaced/adversarial", 10),
                found.at("added/adversarial", 1), found.at("added/adversarial", 5), found.at("added/adversarial", 10),
                found.at("moved/adversarial", 10), OpenQuestions.EPSILON, found.at("replaced/standard", 0),
                found.at("replaced/standard", 50), found.at("replaced/adversarial" + LEARNT, 1),
                found.at("replaced/adversarial" + LEARNT, 2), found.at("replaced/standard" + LEARNT, 1),
                found.at("replaced/standard" + LEARNT, 2), OpenQuestions.EPSILON, found.at("replaced/" + BAYES, 0),
                found.at("replaced/" + BAYES, 1), found.at("replaced/" + BAYES, 2), found.at("replaced/" + BAYES, 5));
    }

    static void measureHijacked(Pair pair, Size size, Sweep.Numbers numbers) {
        Pair context = size.of(pair);
        for (NamedLearner each : NamedLearner.ideal(context.x().features())) {
            LinearTransformer fixed = each.transformer().aligned(context.alignment());
            measureHijacked(each.name(), context, Hijackable.exact(
                    fixed, context.x(), context.y(), OpenQuestions.PIXELS, OpenQuestions.EPSILON), numbers);
            measureHijacked(each.name() + LEARNT, context, each.learner(), numbers);
        }
        measureHijacked(BAYES, context, RobustBayes.linf(OpenQuestions.EPSILON).diagonal(), numbers);
    }

    private static void measureHijacked(String name, Pair context, Learner learner, Sweep.Numbers numbers) {
        measureHijacked(name, context, Hijackable.of(
                learner, context.x(), context.y(), OpenQuestions.PIXELS, OpenQuestions.EPSILON), numbers);
    }

    private static void measureHijacked(String name, Pair context, Hijackable hijackable, Sweep.Numbers numbers) {
        measure(name, context, Hijackable.CHANGES, hijackable::of, numbers);
    }

    /** A series KIND/NAME for each kind of change. */
    private static void measure(
            String name, Pair context, List<String> kinds, Function<float[], Fewest> attack, Sweep.Numbers numbers) {
        int d = context.x().features();
        int n = context.y().length;
        int queries = context.answers().length;
        float[] asked = context.queries().toArray();
        int[][] right = new int[kinds.size()][CHANGED.length];
        for (int m = 0; m < queries; m++) {
            Fewest needs = attack.apply(Arrays.copyOfRange(asked, m * d, (m + 1) * d));
            boolean isRight = needs.score() * context.answers()[m] > 0;
            for (int kind = 0; kind < right.length; kind++) {
                for (int i = 0; i < CHANGED.length; i++) {
                    right[kind][i] += isRight && needs.numbers()[kind] > Math.round(CHANGED[i] * n / 100) ? 1 : 0;
                }
            }
        }
        for (int kind = 0; kind < right.length; kind++) {
            for (int i = 0; i < CHANGED.length; i++) {
                numbers.add(kinds.get(kind) + "/" + name, CHANGED[i], (double) right[kind][i] / queries);
            }
        }
    }
}
