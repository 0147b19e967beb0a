package dev.holdfast.verify.experiments;

import dev.holdfast.verify.data.Cifar10;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.Idx;
import dev.holdfast.verify.tasks.NormalTasks;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How large experiments are, and on what data.
 *
 * @param quick whether grids are thin
 * @param tasks how many tasks are drawn a point
 * @param demonstrations of a drawn task
 * @param queries of a drawn task
 * @param seed which tasks are drawn
 * @param threads how many tasks run at once; no result depends on it
 * @param data directories of the data sets beside digits: fashion, mnist, cifar10
 */
public record Scale(
        boolean quick, int tasks, int demonstrations, int queries, long seed, int threads, Map<String, Path> data) {
    /** The names that {@code data} may have. */
    public static final List<String> NAMES = List.of("fashion", "mnist", "cifar10");

    private static final Map<String, SoftReference<DataSet>> LOADED = new HashMap<>();

    /** The paper's: 1,000 tasks of 1,000 demonstrations and 1,000 queries a point. */
    public static Scale full(long seed, int threads, Map<String, Path> data) {
        return new Scale(false, 1000, 1000, 1000, seed, threads, data);
    }

    /** For a look: fewer tasks and queries, thinner grids. */
    public static Scale quick(long seed, int threads, Map<String, Path> data) {
        return new Scale(true, 40, 1000, 200, seed, threads, data);
    }

    /** The same with another number of drawn tasks a point. */
    Scale withTasks(int tasks) {
        return new Scale(quick, tasks, demonstrations, queries, seed, threads, data);
    }

    /** Sizes of tasks that are drawn. */
    public NormalTasks.Sizes sizes() {
        return new NormalTasks.Sizes(tasks, demonstrations, queries, seed);
    }

    /** The grid, or every second value of it and the last where the scale is quick. */
    public double[] grid(double... values) {
        return IntStream.range(0, values.length)
                .filter(i -> !quick || i % 2 == 0 || i == values.length - 1)
                .mapToDouble(i -> values[i])
                .toArray();
    }

    /** The names of all data sets, digits first, in the paper's order. */
    public List<String> dataSets() {
        return Stream.concat(Stream.of("digits"), NAMES.stream().filter(data::containsKey)).toList();
    }

    /**
     * One of {@link #dataSets}, loaded once for all experiments while memory lasts.
     *
     * @throws DataException if a file is missing or is not what it should be
     */
    public DataSet dataSet(String name) {
        synchronized (LOADED) {
            String key = name + data.get(name);
            SoftReference<DataSet> kept = LOADED.get(key);
            DataSet loaded = kept == null ? null : kept.get();
            if (loaded == null) {
                loaded = load(name);
                LOADED.put(key, new SoftReference<>(loaded));
            }
            return loaded;
        }
    }

    private DataSet load(String name) {
        return switch (name) {
            case "digits" -> Digits.load();
            case "cifar10" -> Cifar10.load(data.get(name));
            default -> Idx.load(data.get(name));
        };
    }
}
