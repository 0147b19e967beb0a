package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.HijackingBound;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Bounds on hijacked learning against a search for the worst rows: whatever is found within a bound changes no answer. */
class HijackingBoundPropertyTest {
    private enum Change {
        REPLACED,
        ADDED,
        MOVED
    }

    /** Two clouds of demonstrations, a box round them and a query near one of them. */
    private static final class Case {
        final Random random;
        final int d;
        final int count;
        final float[] x;
        final int[] y;
        final float[] query;
        final float[] lower;
        final float[] upper;
        final float[] reach;
        final double epsilon;
        final Threat threat;

        Case(Random random, int d, int count) {
            this.random = random;
            this.d = d;
            this.count = count;
            x = new float[count * d];
            y = new int[count];
            query = new float[d];
            double apart = 0.5 + 2 * random.nextDouble();
            double noise = 0.2 + 0.8 * random.nextDouble();
            double at = random.nextInt(3) * 2;
            for (int n = 0; n < count; n++) {
                y[n] = n == 0 ? 1 : n == 1 ? -1 : random.nextInt(2) * 2 - 1;
                for (int j = 0; j < d; j++) {
                    x[n * d + j] = (float) (at + (j % 2 == 0 ? y[n] * apart : 0) + noise * random.nextGaussian());
                }
            }
            int side = random.nextBoolean() ? 1 : -1;
            lower = new float[d];
            upper = new float[d];
            float[] budgets = new float[d];
            reach = new float[d];
            epsilon = random.nextInt(4) * 0.05;
            for (int j = 0; j < d; j++) {
                query[j] = (float) (at + (j % 2 == 0 ? side * apart : 0) + noise * random.nextGaussian());
                float[] column = new float[count];
                for (int n = 0; n < count; n++) {
                    column[n] = x[n * d + j];
                }
                Arrays.sort(column);
                float more = random.nextInt(3) / 2f;
                lower[j] = column[0] - more;
                upper[j] = column[count - 1] + more;
                budgets[j] = random.nextInt(3);
                reach[j] = (float) (epsilon * budgets[j]);
            }
            threat = Threat.linf().inBox(lower, upper).withBudgets(budgets);
        }

        Rows rows() {
            return Rows.view(x, d);
        }

        /** Rows with k changes, each of them somewhere in the box or on its edges. */
        final class Attack {
            final Change change;
            final int[] changed;
            final float[] rows;
            final int[] labels;

            Attack(Change change, int k) {
                this.change = change;
                int all = change == Change.ADDED ? count + k : count;
                rows = Arrays.copyOf(x, all * d);
                labels = Arrays.copyOf(y, all);
                int[] order = IntStream.range(0, count).toArray();
                for (int i = 0; i < count; i++) {
                    int with = i + random.nextInt(count - i);
                    int kept = order[i];
                    order[i] = order[with];
                    order[with] = kept;
                }
                changed = change == Change.ADDED ? IntStream.range(count, all).toArray() : Arrays.copyOf(order, k);
                boolean alike = random.nextBoolean();
                for (int i = 0; i < k; i++) {
                    draw(changed[i]);
                    if (alike && i > 0 && change != Change.MOVED) {
                        System.arraycopy(rows, changed[0] * d, rows, changed[i] * d, d);
                        labels[changed[i]] = labels[changed[0]];
                    }
                }
            }

            private void draw(int n) {
                if (change != Change.MOVED) {
                    labels[n] = random.nextInt(2) * 2 - 1;
                }
                for (int j = 0; j < d; j++) {
                    draw(n, j);
                }
            }

            private void draw(int n, int j) {
                float low = lower[j];
                float high = upper[j];
                if (change == Change.MOVED) {
                    low = Math.max(low, x[n * d + j] - reach[j]);
                    high = Math.min(high, x[n * d + j] + reach[j]);
                }
                int where = random.nextInt(5);
                float at = where < 2 ? low : where < 4 ? high : low + random.nextFloat() * (high - low);
                rows[n * d + j] = Math.min(high, Math.max(low, at));
            }

            /** answer·f, or −∞ where nothing can be learnt. */
            double margin(Learner learner, int answer) {
                try {
                    return answer * learner.learn(Rows.view(rows, d), labels).score(query);
                } catch (IllegalStateException | IllegalArgumentException e) {
                    return Double.NEGATIVE_INFINITY;
                }
            }

            /** Changes one feature, label or row after another, and keeps what lowers the margin. */
            double search(Learner learner, int answer, int steps) {
                double least = margin(learner, answer);
                for (int step = 0; step < steps && least > 0 && changed.length > 0; step++) {
                    float[] keptRows = rows.clone();
                    int[] keptLabels = labels.clone();
                    int i = random.nextInt(changed.length);
                    int keptChanged = changed[i];
                    int what = random.nextInt(4);
                    if (what == 0 && change != Change.ADDED) {
                        int other = random.nextInt(count);
                        if (IntStream.of(changed).noneMatch(n -> n == other)) {
                            System.arraycopy(x, changed[i] * d, rows, changed[i] * d, d);
                            labels[changed[i]] = y[changed[i]];
                            changed[i] = other;
                            draw(other);
                        }
                    } else if (what == 1) {
                        draw(changed[i]);
                    } else if (what == 2 && change != Change.MOVED) {
                        labels[changed[i]] = -labels[changed[i]];
                    } else {
                        draw(changed[i], random.nextInt(d));
                    }
                    double margin = margin(learner, answer);
                    if (margin <= least) {
                        least = margin;
                    } else {
                        System.arraycopy(keptRows, 0, rows, 0, rows.length);
                        System.arraycopy(keptLabels, 0, labels, 0, labels.length);
                        changed[i] = keptChanged;
                    }
                }
                return least;
            }
        }
    }

    private static OptionalInt bound(HijackingBound bound, Change change, float[] query) {
        return switch (change) {
            case REPLACED -> bound.replacementsToChange(query);
            case ADDED -> bound.additionsToChange(query);
            case MOVED -> bound.movesToChange(query);
        };
    }

    /** Searches among as many changes as certainly change nothing. */
    private static void check(Case c, HijackingBound bound, Learner learner, int steps) {
        double score = learner.learn(c.rows(), c.y).score(c.query);
        int answer = score > 0 ? 1 : -1;
        assertEquals(score, bound.classifier().score(c.query));
        for (Change change : Change.values()) {
            int most = bound(bound, change, c.query).orElse(c.count + 1) - 1;
            for (int start = 0; start < 2 && most > 0; start++) {
                Case.Attack attack = c.new Attack(change, most);
                assertTrue(attack.search(learner, answer, steps) > 0,
                        () -> learner + ": " + attack.changed.length + " rows " + change + " changed an answer");
            }
        }
    }

    private static RobustBayes bayes(Random random, int d) {
        double epsilon = random.nextInt(3) * 0.15;
        Threat threat = switch (random.nextInt(4)) {
            case 0 -> Threat.l2();
            case 1 -> Threat.l1();
            default -> Threat.linf();
        };
        RobustBayes learner = RobustBayes.against(threat, epsilon);
        if (threat.equals(Threat.linf())) {
            learner = switch (random.nextInt(4)) {
                case 0 -> learner.diagonal();
                case 1 -> learner.identity();
                default -> learner;
            };
        }
        learner = random.nextBoolean() ? learner.ridge(0.05 + random.nextDouble()) : learner;
        return switch (random.nextInt(4)) {
            case 0 -> learner.countedPriors();
            case 1 -> learner.priors(1, 3);
            default -> learner;
        };
    }

    private static float[] draw(Random random, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    @Property(tries = 40)
    void noSearchBeatsTheBoundOfALayerThatAligns(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 2, max = 60) int count, @ForAll long seed) {
        Random random = new Random(seed);
        Case c = new Case(random, d, count);
        LinearTransformer layer = switch (random.nextInt(3)) {
            case 0 -> LinearTransformer.standard(d);
            case 1 -> LinearTransformer.adversarial(d);
            default -> LinearTransformer.of(draw(random, d + 1), draw(random, (d + 1) * d));
        };
        check(c, layer.hijackingWithAlignment(c.rows(), c.y, c.threat, c.epsilon), layer.aligned(), 150);
    }

    private static DeepTransformer deep(Random random, int d) {
        int depth = 1 + random.nextInt(3);
        boolean family = random.nextBoolean();
        List<DeepTransformer.Layer> layers = new ArrayList<>();
        List<float[]> bigP = new ArrayList<>();
        List<float[]> bigQ = new ArrayList<>();
        for (int l = 0; l < depth; l++) {
            boolean labels = random.nextBoolean();
            layers.add(new DeepTransformer.Layer(labels ? 0 : 0.2 * random.nextGaussian(), 1 + random.nextDouble(),
                    0.3 * random.nextDouble(), labels ? 0 : 0.2 * random.nextGaussian()));
            bigP.add(draw(random, (d + 1) * (d + 1)));
            bigQ.add(draw(random, (d + 1) * (d + 1)));
            for (int i = 0; i < (d + 1) * (d + 1); i++) {
                bigP.get(l)[i] *= 0.3f;
                bigQ.get(l)[i] *= 0.3f;
            }
        }
        DeepTransformer deep = family ? DeepTransformer.family(d, layers) : DeepTransformer.full(bigP, bigQ);
        return random.nextBoolean() ? deep.centred() : deep;
    }

    @Property(tries = 40)
    void noSearchBeatsTheBoundOfLayers(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 2, max = 60) int count, @ForAll long seed) {
        Random random = new Random(seed);
        Case c = new Case(random, d, count);
        DeepTransformer deep = deep(random, d);
        check(c, deep.hijacking(c.rows(), c.y, c.threat, c.epsilon), deep, 150);
    }

    @Property(tries = 40)
    void noSearchBeatsTheBoundOfRobustBayes(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 2, max = 60) int count, @ForAll long seed) {
        Random random = new Random(seed);
        Case c = new Case(random, d, count);
        RobustBayes learner = bayes(random, d);
        HijackingBound bound;
        try {
            bound = learner.hijacking(c.rows(), c.y, c.threat, c.epsilon);
        } catch (IllegalStateException e) {
            // nothing can be learnt from these rows
            assertThrows(IllegalStateException.class, () -> learner.learn(c.rows(), c.y));
            return;
        }
        check(c, bound, learner, 60);
    }

    /** Two classes round −1 and 1 of one feature, ten rows each, in the box −2..2. */
    private static final class Line {
        static final int[] LABELS = IntStream.range(0, 20).map(n -> n < 10 ? 1 : -1).toArray();
        static final Threat BOX = Threat.linf().inBox(-2, 2);

        static Rows rows() {
            float[] x = new float[20];
            for (int n = 0; n < 20; n++) {
                x[n] = LABELS[n] * (1 + (n % 10 - 4.5f) / 16);
            }
            return Rows.view(x, 1);
        }

        /** Whether any k replacements change the answer: the a least and b greatest of one class, and so on of the other. */
        static boolean changes(Learner learner, int k) {
            for (int code = 0; code < (k + 1) * (k + 1) * (k + 1); code++) {
                int a = code % (k + 1);
                int b = code / (k + 1) % (k + 1);
                int c = code / (k + 1) / (k + 1);
                if (a + b <= 10 && a + b + c <= k && k - a - b <= 10 && changes(learner, k, new int[] {a, b, c, k - a - b - c})) {
                    return true;
                }
            }
            return false;
        }

        private static boolean changes(Learner learner, int k, int[] gone) {
            int[] places = new int[k];
            int count = 0;
            for (int side = 0; side < 4; side++) {
                for (int i = 0; i < gone[side]; i++) {
                    // within a class rows ascend
                    places[count++] = side / 2 * 10 + (side % 2 == 0 ? (side < 2 ? i : 9 - i) : (side < 2 ? 9 - i : i));
                }
            }
            for (int code = 0; code < (k + 1) * (k + 1) * (k + 1); code++) {
                int[] come = {code % (k + 1), code / (k + 1) % (k + 1), code / (k + 1) / (k + 1)};
                if (come[0] + come[1] + come[2] > k) {
                    continue;
                }
                float[] x = rows().toArray();
                int[] y = LABELS.clone();
                for (int i = 0; i < k; i++) {
                    int kind = i < come[0] ? 0 : i < come[0] + come[1] ? 1 : i < come[0] + come[1] + come[2] ? 2 : 3;
                    x[places[i]] = kind % 2 == 0 ? -2 : 2;
                    y[places[i]] = kind / 2 == 0 ? -1 : 1;
                }
                if (!stands(learner, x, y)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean stands(Learner learner, float[] x, int[] y) {
            try {
                return learner.learn(Rows.view(x, 1), y).score(QUERY) > 0;
            } catch (IllegalStateException e) {
                return false;
            }
        }
    }

    private static final float[] QUERY = {1.5f};

    /** How far a bound is from the truth where all that matters can be tried: rows leave at the ends and come at the edges. */
    @Test
    void boundsAreNearTheWorstOfAllRows() {
        checkNear(RobustBayes.linf(0.25).diagonal().ridge(0.5), 4, 5);
        checkNear(RobustBayes.linf(0.25).ridge(0.5), 2, 5);
    }

    private static void checkNear(RobustBayes learner, int certain, int exact) {
        HijackingBound bound = learner.hijacking(Line.rows(), Line.LABELS, Line.BOX, 0.25);
        int k = 0;
        while (!Line.changes(learner, ++k)) {
            assertTrue(k < 10);
        }
        assertEquals(exact, k, () -> learner + " changes at");
        assertEquals(OptionalInt.of(certain), bound.replacementsToChange(QUERY), () -> learner + " bound");
    }

    /** Who replaces a whole class, or adds without end, changes every answer; who moves rows a little may not. */
    @Test
    void aClassThatCanBeReplacedChangesEveryAnswer() {
        Rows x = Rows.copyOf(new float[][] {{1}, {1.5f}, {-1}, {-1.5f}, {-1}});
        int[] y = {1, 1, -1, -1, -1};
        Threat box = Threat.linf().inBox(-2, 2);
        for (RobustBayes learner : List.of(RobustBayes.linf(0.1).diagonal().ridge(100), RobustBayes.linf(0.1).ridge(100))) {
            HijackingBound bound = learner.hijacking(x, y, box, 0);
            assertTrue(bound.replacementsToChange(QUERY).orElseThrow() <= 2);
            assertEquals(OptionalInt.empty(), bound.movesToChange(QUERY));
            assertEquals(5, bound.demonstrations());
        }
        HijackingBound layer = LinearTransformer.adversarial(1).hijackingWithAlignment(x, y, box, 0);
        assertTrue(layer.replacementsToChange(QUERY).orElseThrow() <= 2);
        assertEquals(OptionalInt.empty(), layer.movesToChange(QUERY));
        // one demonstration, and no more to replace
        DeepTransformer mean = DeepTransformer.family(1, List.of(new DeepTransformer.Layer(0, 1, 1, 0)));
        HijackingBound one = mean.hijacking(x.first(1), new int[] {1}, box, 0);
        assertEquals(OptionalInt.of(1), one.replacementsToChange(QUERY));
        assertEquals(OptionalInt.empty(), one.movesToChange(QUERY));
    }

    /** Without a mean to take off, one layer of these moments is exact but for roundings, as Hijacking says it. */
    @Test
    void oneLayerIsExact() {
        Random random = new Random(4);
        for (int round = 0; round < 50; round++) {
            Case c = new Case(random, 3, 30);
            LinearTransformer layer = LinearTransformer.of(draw(random, 4), draw(random, 12));
            Hijacking exact = layer.hijacking(c.rows(), c.y, c.query, c.threat, c.epsilon);
            HijackingBound bound = DeepTransformer.of(layer).hijacking(c.rows(), c.y, c.threat, c.epsilon);
            assertEquals(exact.replacementsToChange(), bound.replacementsToChange(c.query));
            assertEquals(exact.movesToChange(), bound.movesToChange(c.query));
            int added = (int) exact.additionsToChange().orElse(Long.MAX_VALUE >> 32);
            assertEquals(Math.min(added, 31), bound.additionsToChange(c.query).orElse(31));
        }
    }

    @Test
    void whatIsRefused() {
        RobustBayes learner = RobustBayes.linf(0.1);
        refused("threat is l2 in the box 0.0..1.0, expected linf", learner, Threat.l2().inBox(0, 1), 0);
        refused("epsilon = -1.0, expected a finite number, at least 0", learner, Line.BOX, -1);
        refused("x has 1.03125 in row 5, feature 0, expected -1.0..1.0", learner, Threat.linf().inBox(-1, 1), 0);
        Exception norm = assertThrows(IllegalStateException.class,
                () -> RobustBayes.l2(0.1).diagonal().hijacking(Line.rows(), Line.LABELS, Line.BOX, 0));
        assertTrue(norm.getMessage().startsWith("bayes-diagonal:l2:0.1, expected linf"), norm.getMessage());
        HijackingBound moves = learner.hijacking(Line.rows(), Line.LABELS, Threat.linf(), 0.01);
        Exception noBox = assertThrows(IllegalStateException.class, () -> moves.additionsToChange(QUERY));
        assertTrue(noBox.getMessage().startsWith("the threat has no box"), noBox.getMessage());
        Exception query = assertThrows(IllegalArgumentException.class, () -> moves.movesToChange(new float[2]));
        assertEquals("query.length = 2, expected 1", query.getMessage());
    }

    private static void refused(String message, RobustBayes learner, Threat threat, double epsilon) {
        Exception thrown = assertThrows(IllegalArgumentException.class,
                () -> learner.hijacking(Line.rows(), Line.LABELS, threat, epsilon));
        assertTrue(thrown.getMessage().startsWith(message), thrown.getMessage());
    }
}
