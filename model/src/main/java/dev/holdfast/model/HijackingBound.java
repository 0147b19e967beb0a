package dev.holdfast.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many demonstrations an adversary has at least to replace, to add or to move before the answer to a query can change,
 * where the worst case has no closed form: all that a learner makes of the demonstrations is learnt again from the hijacked
 * ones. {@link Hijacking} is the exact count for one layer whose alignment stays.
 *
 * <p>What is said is certain, not exact: fewer changes than a number here do not change the answer of the classifier that is
 * learnt from the hijacked rows, its roundings included, whatever the adversary does; so many may or may not. Rows that
 * replace others, or are added, lie in the threat's box and have any label. Moved rows keep their labels, and each feature j
 * moves by at most ε b_j, within the box if there is one. The answer is the sign of f(x); 0 is none.
 *
 * <p>{@link RobustBayes#hijacking}, {@link DeepTransformer#hijacking} and {@link LinearTransformer#hijackingWithAlignment}
 * make one for all queries. What does not depend on a query is made once for each number of changes that is asked about,
 * and kept. Safe to share between threads.
 */
public abstract sealed class HijackingBound permits BayesHijacking, DiagonalHijacking, LayerHijacking,
        DepthHijacking {
    /** What is done to demonstrations. */
    enum Change {
        REPLACED,
        ADDED,
        MOVED;

        /** Of the rows that are there, how many k changes take away. */
        int gone(int k) {
            return this == REPLACED ? k : 0;
        }

        /** How many rows of the adversary's own they bring. */
        int come(int k) {
            return this == MOVED ? 0 : k;
        }

        /** Whether k changes may leave nothing of a class of this size. */
        boolean mayEmpty(int size, int k) {
            return this == REPLACED && k >= size;
        }
    }

    /** What all queries share that is said of at most k changes. */
    interface Prepared {
        /** Whether they certainly leave the answer, −1 or +1, as it is. */
        boolean stands(float[] query, int answer);
    }

    private final Map<Change, Map<Integer, Prepared>> prepared = new EnumMap<>(Change.class);
    private final Classifier classifier;
    private final boolean hasBox;
    private final int rows;
    private final int d;

    HijackingBound(Classifier classifier, Rows x, Threat threat) {
        for (Change change : Change.values()) {
            prepared.put(change, new ConcurrentHashMap<>());
        }
        this.classifier = classifier;
        this.hasBox = threat.hasBox();
        this.rows = x.rows();
        this.d = x.features();
    }

    /** Number of demonstrations, N. */
    public final int demonstrations() {
        return rows;
    }

    /** What is learnt from the demonstrations as they are. */
    public final Classifier classifier() {
        return classifier;
    }

    /**
     * A number of replaced demonstrations below which the answer certainly stands; 0 if the answer itself is open.
     *
     * @param query d finite features; read, not kept
     * @return empty if it stands whatever replaces all of them
     * @throws IllegalStateException if the threat has no box
     */
    public final OptionalInt replacementsToChange(float[] query) {
        return toChange(query, Change.REPLACED);
    }

    /**
     * A number of added rows below which the answer certainly stands; 0 if the answer itself is open.
     *
     * @param query d finite features; read, not kept
     * @return empty if it stands with N of them
     * @throws IllegalStateException if the threat has no box
     */
    public final OptionalInt additionsToChange(float[] query) {
        return toChange(query, Change.ADDED);
    }

    /**
     * A number of moved demonstrations below which the answer certainly stands; 0 if the answer itself is open.
     *
     * @param query d finite features; read, not kept
     * @return empty if it stands with all of them moved
     */
    public final OptionalInt movesToChange(float[] query) {
        return toChange(query, Change.MOVED);
    }

    /** Whatever is found to stand does so for fewer changes, too: no bound needs to fall with k. */
    private OptionalInt toChange(float[] query, Change change) {
        LinearTransformer.checkWeights("query", query, d);
        if (!hasBox && change != Change.MOVED) {
            throw new IllegalStateException("the threat has no box, expected one that says where rows may lie; without it"
                    + " any one row can change any answer");
        }
        int answer = (int) Math.signum(classifier.score(query));
        if (answer == 0 || !stands(query, answer, change, 0)) {
            return OptionalInt.of(0);
        }
        int low = 0;
        int high = 1;
        while (high <= rows && stands(query, answer, change, high)) {
            low = high;
            high = high == rows ? rows + 1 : Math.min(rows, 2 * high);
        }
        while (high - low > 1) {
            int middle = low + (high - low) / 2;
            if (stands(query, answer, change, middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low == rows ? OptionalInt.empty() : OptionalInt.of(low + 1);
    }

    private boolean stands(float[] query, int answer, Change change, int k) {
        return prepared.get(change)
                .computeIfAbsent(Math.min(rows, shared(k)), shared -> prepare(change, shared))
                .stands(query, answer);
    }

    /** A number of changes, at least k, that k shares what is prepared with: what holds for more holds for fewer. */
    int shared(int k) {
        return k;
    }

    /** @param k 0..N */
    abstract Prepared prepare(Change change, int k);

    @Override
    public String toString() {
        return "bound on hijackings of " + rows + " demonstrations, " + classifier;
    }
}
