package dev.holdfast.verify.tasks;

import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Real tasks: every pair of classes i < j, i being +1 and j −1, in the order of the file. Demonstrations and queries
 * are cut to the smallest pair's count. Mean and signs come from all of a pair's demonstrations, also where only the
 * first of them are kept, as the paper does; the classifiers then see preprocessed rows, and so does the adversary.
 */
public final class PairTasks implements TaskFamily {
    private final DataSet data;
    private final List<int[]> pairs = new ArrayList<>();
    private final int demonstrations;
    private final int queries;
    private final int kept;

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
        demonstrations = smallest(data.demonstrations());
        queries = smallest(data.queries());
        if (demonstrations == 0 || queries == 0) {
            throw new DataException(data.name() + ": a pair of classes has no demonstrations or no queries, expected"
                    + " some of every class");
        }
        if (kept > demonstrations) {
            throw new DataException("--demonstrations = " + kept + ", expected at most the smallest pair's "
                    + demonstrations);
        }
        this.kept = kept == 0 ? demonstrations : kept;
    }

    private int smallest(LabelledImages images) {
        return pairs.stream().mapToInt(pair -> members(images, pair)).min().orElse(0);
    }

    private static int members(LabelledImages images, int[] pair) {
        int members = 0;
        for (int n = 0; n < images.count(); n++) {
            members += images.label(n) == pair[0] || images.label(n) == pair[1] ? 1 : 0;
        }
        return members;
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
        Preprocessing preprocessing = Preprocessing.fit(Rows.view(raw.x(), d), raw.y());
        preprocessing.applyInPlace(raw.x());
        preprocessing.applyInPlace(raw.queries());
        return new Task(Rows.view(raw.x(), d).first(kept), Arrays.copyOf(raw.y(), kept),
                Rows.view(raw.queries(), d), raw.answers());
    }

    /** The rows of a pair as they are, all of its demonstrations. */
    private record Raw(float[] x, int[] y, float[] queries, int[] answers) {}

    private Raw raw(int t) {
        int[] pair = pairs.get(t);
        int[] y = new int[members(data.demonstrations(), pair)];
        int[] answers = new int[queries];
        return new Raw(gather(data.demonstrations(), pair, y), y, gather(data.queries(), pair, answers), answers);
    }

    /**
     * The same pairs before centring and sign alignment, with all of a pair's demonstrations: mean and signs of
     * {@link #task} are those of {@code Preprocessing.fit(demonstrations, y)}, and it keeps the first
     * {@link #demonstrations}.
     */
    public TaskFamily unprocessed() {
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
