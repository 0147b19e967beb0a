package dev.holdfast.spark;

import dev.holdfast.model.Learner;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import java.io.Serializable;
import java.util.List;

/** Makes empty states where rows are: those themselves would take as much to send as full ones. */
final class EmptyState implements Serializable {
    private static final long serialVersionUID = 1;
    /** Asks for moments, as transformers do, and has no weights to send. */
    private static final RobustBayes MOMENTS = RobustBayes.linf(0);

    private final RobustBayes keeps;
    private final int d;
    private final boolean exact;

    EmptyState(Learner learner, int d, boolean exact) {
        this.keeps = learner instanceof RobustBayes ? (RobustBayes) learner : MOMENTS;
        this.d = d;
        this.exact = exact;
    }

    <L> State<L> of(List<L> classes) {
        State<L> state = keeps.state(d, classes);
        return exact ? state.exact() : state;
    }
}
