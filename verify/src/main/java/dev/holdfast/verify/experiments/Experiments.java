package dev.holdfast.verify.experiments;

import java.util.List;
import java.util.function.Function;

/** All experiments of the report, in its order: one line for each group. */
public final class Experiments {
    private static final List<Function<Scale, List<Experiment>>> GROUPS = List.of(
            PaperFigures::of,
            OpenQuestions::of,
            FollowUp::of);

    private Experiments() {}

    /** The experiments at a scale and on its data sets. */
    public static List<Experiment> of(Scale scale) {
        return GROUPS.stream().flatMap(group -> group.apply(scale).stream()).toList();
    }
}
