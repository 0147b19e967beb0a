package dev.holdfast.verify.tasks;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Real tasks: every pair of classes i < j, i being +1 and j −1, in the order of the file. Demonstrations and queries
 * are cut to the smallest pair's count. Mean and signs come from all of a pair's demonstrations, also where only the
 * first of them are kept, as the paper does; the classifiers then see aligned rows, and so does the adversary.
 */
public final class PairTasks implements TaskFamily {
    private static final int BLOCK = 256;

    private final DataSet data;
    private final List<int[]> pairs = new ArrayList<>();
    private final int demonstrations;
    private final int queries;
    private final int kept;
    /** Whether every pair keeps all rows of its classes. */
    private final boolean whole;
    /** Made when it is first asked for. */
    private State<Integer> all;

    /**
     * @param kept how many demonstrations of each pair are learnt from; 0 keeps all
     */
    public PairTasks(DataSet data, int kept) {
        this.data = data;
        for (int i = 0; i < data.demonstrations().classes(); i++) {
            for (int j = i + 1; j < data.demonstrations().classes(); j++) {
                pairs.add(new int[] {i, j});
            }
        }
        int[] members = data.demonstrations().countByClass();
        demonstrations = smallest(members);
        queries = smallest(data.queries().countByClass());
        if (demonstrations == 0 || queries == 0) {
            throw new DataException(data.name() + ": a pair of classes has no demonstrations or no queries, expected"
                    + " some of every class");
        }
        if (kept > demonstrations) {
            throw new DataException("--demonstrations = " + kept + ", expected at most the smallest pair's "
                    + demonstrations);
        }
        this.kept = kept == 0 ? demonstrations : kept;
        this.whole = pairs.stream().allMatch(pair -> members[pair[0]] + members[pair[1]] == this.kept);
    }

    private int smallest(int[] members) {
        return pairs.stream().mapToInt(pair -> members[pair[0]] + members[pair[1]]).min().orElse(0);
    }

    @Override
    public int count() {
        return pairs.size();
    }

    @Override
    public int features() {
        return data.demonstrations().features();
    }

    /** How many demonstrations are learnt from. */
    public int demonstrations() {
        return kept;
    }

    @Override
    public Task task(int t) {
        Raw raw = raw(t);
        int d = features();
        Alignment alignment = Alignment.fit(Rows.view(raw.x(), d), raw.y());
        alignment.applyInPlace(raw.x());
        alignment.applyInPlace(raw.queries());
        return new Task(Rows.view(raw.x(), d).first(kept), Arrays.copyOf(raw.y(), kept),
                Rows.view(raw.queries(), d), raw.answers());
    }

    /** The rows of a pair as they are, all of its demonstrations. */
    private record Raw(float[] x, int[] y, float[] queries, int[] answers) {}

    private Raw raw(int t) {
        int[] pair = pairs.get(t);
        int[] members = data.demonstrations().countByClass();
        int[] y = new int[members[pair[0]] + members[pair[1]]];
        int[] answers = new int[queries];
        return new Raw(gather(data.demonstrations(), pair, y), y, gather(data.queries(), pair, answers), answers);
    }

    /**
     * A pair as it is, its demonstrations as a state, from which the learners that need no centring learn.
     *
     * @param state of the classes +1 and −1, in this order
     */
    public record Moments(State<Integer> state, Rows queries, int[] answers) {}

    /**
     * Task {@code t} before centring and sign alignment. Where a pair keeps all rows of its classes, and every pair does
     * so, each row is summed once for all pairs.
     */
    public Moments moments(int t) {
        int[] pair = pairs.get(t);
        int[] answers = new int[queries];
        Rows asked = Rows.view(gather(data.queries(), pair, answers), features());
        if (whole) {
            return new Moments(allClasses().only(List.of(pair[0], pair[1])), asked, answers);
        }
        int[] y = new int[kept];
        Rows x = Rows.view(gather(data.demonstrations(), pair, y), features());
        State<Integer> state = State.moments(features(), List.of(1, -1));
        state.addAll(x, IntStream.of(y).boxed().toList());
        return new Moments(state, asked, answers);
    }

    /** The moments of every class, made once, a class a thread. */
    private synchronized State<Integer> allClasses() {
        if (all == null) {
            LabelledImages images = data.demonstrations();
            List<Integer> classes = IntStream.range(0, images.classes()).boxed().toList();
            List<State<Integer>> each = classes.parallelStream().map(c -> ofClass(images, classes, c)).toList();
            all = each.getFirst();
            each.stream().skip(1).forEach(all::merge);
        }
        return all;
    }

    private State<Integer> ofClass(LabelledImages images, List<Integer> classes, int c) {
        int d = images.features();
        float[] block = new float[BLOCK * d];
        List<Integer> labels = new ArrayList<>(BLOCK);
        State<Integer> state = State.moments(d, classes);
        for (int n = 0; n < images.count(); n++) {
            if (images.label(n) == c) {
                images.copyRow(n, block, labels.size() * d);
                labels.add(c);
            }
            if (labels.size() == BLOCK || n == images.count() - 1) {
                state.addAll(Rows.view(block, d).first(labels.size()), labels);
                labels.clear();
            }
        }
        return state;
    }

    /**
     * The same pairs before centring and sign alignment, with all of a pair's demonstrations: mean and signs of
     * {@link #task} are those of {@code Alignment.fit(demonstrations, y)}, and it keeps the first
     * {@link #demonstrations}.
     */
    public TaskFamily unaligned() {
        return new TaskFamily() {
            @Override
            public int count() {
                return PairTasks.this.count();
            }

            @Override
            public int features() {
                return PairTasks.this.features();
            }

            @Override
            public Task task(int t) {
                Raw raw = raw(t);
                return new Task(
                        Rows.view(raw.x(), features()), raw.y(), Rows.view(raw.queries(), features()), raw.answers());
            }
        };
    }

    /** The first {@code y.length} images of the pair, and their labels to y. */
    private static float[] gather(LabelledImages images, int[] pair, int[] y) {
        int d = images.features();
        float[] x = new float[Math.multiplyExact(y.length, d)];
        for (int image = 0, n = 0; n < y.length; image++) {
            int label = images.label(image);
            if (label == pair[0] || label == pair[1]) {
                y[n] = label == pair[0] ? 1 : -1;
                images.copyRow(image, x, n * d);
                n++;
            }
        }
        return x;
    }
}
