package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.State.Demonstration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The receipt of a removal: the hash of an exact state, the bytes of its file and all that is learnt from it are those of a
 * state that never saw the rows; and a hash tells when one bit of one row has stayed behind.
 */
class ReceiptPropertyTest {
    /** What an exact state keeps. */
    private enum Kind {
        ONE_P,
        ONE_P_ALIGNED,
        VARIANCES,
        MOMENTS
    }

    /** An empty state of a kind, who reads from it, and whom a state of one p is of, before an alignment. */
    private record Case(Kind kind, float[] p, LinearTransformer transformer, State<String> empty, List<Learner> learners) {
        static Case of(Kind kind, int d, int classes, boolean named, Random random) {
            float[] p = numbers(random, d + 1);
            LinearTransformer plain = LinearTransformer.structured(p, ones(d), 0.5f, ones(d));
            LinearTransformer transformer = kind == Kind.ONE_P_ALIGNED
                    ? plain.aligned(Alignment.fit(Rows.copyOf(reals(random, 4, d)), new int[] {1, -1, 1, -1}))
                    : plain;
            List<String> labels = IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
            List<Learner> learners = new ArrayList<>();
            if (kind == Kind.ONE_P || kind == Kind.ONE_P_ALIGNED) {
                learners.add(transformer);
                return new Case(kind, p, plain, named(State.attention(transformer, labels.subList(0, 2)), named), learners);
            }
            for (RobustBayes bayes : List.of(RobustBayes.linf(0.01), RobustBayes.l2(0),
                    RobustBayes.l1(0.01).ridge(1).countedPriors())) {
                learners.addAll(List.of(bayes.diagonal(), bayes.identity()));
                if (kind == Kind.MOMENTS) {
                    learners.add(bayes);
                }
            }
            if (kind == Kind.MOMENTS) {
                List<DeepTransformer.Layer> layers = List.of(new DeepTransformer.Layer(0.1, 0.5, 0.25, 0),
                        new DeepTransformer.Layer(0, 0.25, 0.5, 0.125));
                learners.addAll(List.of(plain, plain.aligned(), DeepTransformer.family(d, layers),
                        DeepTransformer.family(d, layers).centred(), DeepTransformer.of(plain)));
            }
            State<String> fast = kind == Kind.MOMENTS ? State.moments(d, labels) : State.variances(d, labels);
            return new Case(kind, p, plain, named(fast, named), learners);
        }

        private static State<String> named(State<String> state, boolean named) {
            List<String> names = IntStream.range(0, state.features()).mapToObj(j -> "x" + j).toList();
            return (named ? state.named(names) : state).exact();
        }

        boolean isOfOneP() {
            return kind == Kind.ONE_P || kind == Kind.ONE_P_ALIGNED;
        }

        State<String> of(List<Demonstration<String>> rows) {
            return rows.stream().collect(State.collector(empty::copy));
        }

        State<String> saved(State<String> state) {
            ByteBuffer bytes = ByteBuffer.wrap(state.toBytes(name -> name));
            try {
                return isOfOneP()
                        ? State.load(bytes, Function.identity(), transformer)
                        : State.load(bytes, Function.identity());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** All that is learnt, as the bytes of its files, or the reason why it is not. */
        List<String> learnt(State<String> state) {
            return learners.stream()
                    .map(learner -> state.classes().size() == 2
                            ? bytes(() -> learner.learn(state).toBytes())
                            : bytes(() -> learner.learnPairs(state).toBytes(name -> name))
                                    + bytes(() -> learner.learnRest(state).toBytes(name -> name)))
                    .toList();
        }

        private static String bytes(Supplier<byte[]> file) {
            try {
                return HexFormat.of().formatHex(file.get());
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    private static float[] ones(int d) {
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static float[] numbers(Random random, int count) {
        return reals(random, 1, count)[0];
    }

    /** Ordinary numbers; or, of all magnitudes that a feature may have down to the least, with zeros of both signs. */
    private static float[] drawn(Random random, int d, boolean hostile) {
        float[] x = numbers(random, d);
        for (int j = 0; j < d && hostile; j++) {
            float significand = random.nextInt(4) == 0 ? random.nextInt(-1, 2) : x[j] / 8;
            x[j] = Math.scalb(Math.clamp(significand, -1f, 1f), random.nextInt(-149, 49));
        }
        return x;
    }

    private static List<Demonstration<String>> drawn(Random random, State<String> state, int rows, boolean hostile) {
        List<Demonstration<String>> drawn = new ArrayList<>();
        for (int n = 0; n < rows; n++) {
            String label = state.classes().get(random.nextInt(state.classes().size()));
            drawn.add(new Demonstration<>(drawn(random, state.features(), hostile), label));
            if (random.nextInt(4) == 0) {
                // which cancels it, but for its square
                float[] x = drawn.getLast().x().clone();
                for (int j = 0; j < x.length; j++) {
                    x[j] = -x[j];
                }
                drawn.add(new Demonstration<>(x, label));
            }
        }
        return drawn;
    }

    /**
     * Rows that stay and rows that leave come in any order, one by one and together, to several states, which are saved,
     * loaded, copied and merged at any time.
     */
    @Property(tries = 60)
    void whoWasRemovedWasNeverThere(@ForAll Kind kind, @ForAll @IntRange(min = 1, max = 9) int d,
            @ForAll @IntRange(min = 2, max = 7) int classes, @ForAll boolean named, @ForAll boolean hostile, @ForAll long seed) {
        Random random = new Random(seed);
        Case of = Case.of(kind, d, classes, named, random);
        List<Demonstration<String>> staying = drawn(random, of.empty, 3 * classes, hostile);
        List<Demonstration<String>> leaving = drawn(random, of.empty, 1 + random.nextInt(12), hostile);
        List<Demonstration<String>> arriving = new ArrayList<>(staying);
        arriving.addAll(leaving);
        Collections.shuffle(arriving, random);
        List<State<String>> parts = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            parts.add(of.empty.copy());
        }
        while (!arriving.isEmpty()) {
            List<Demonstration<String>> some = arriving.subList(0, 1 + random.nextInt(arriving.size()));
            int part = random.nextInt(parts.size());
            add(parts.get(part), some, random.nextBoolean());
            some.clear();
            parts.set(part, random.nextBoolean() ? of.saved(parts.get(part)) : parts.get(part).copy());
        }
        State<String> state = parts.removeFirst();
        parts.forEach(state::merge);
        String before = state.hash();
        assertEquals(of.of(concat(staying, leaving)).hash(), before);
        Collections.shuffle(leaving, random);
        for (Demonstration<String> z : leaving) {
            state.remove(z.x(), z.label());
            state = random.nextInt(4) == 0 ? of.saved(state) : state;
        }

        State<String> neverSaw = of.of(staying);
        assertEquals(neverSaw.hash(), state.hash());
        assertArrayEquals(neverSaw.toBytes(name -> name), state.toBytes(name -> name));
        assertEquals(of.learnt(neverSaw), of.learnt(state));
        // who has not got the rows that stay puts back the others
        State<String> restored = state.copy();
        add(restored, leaving, true);
        assertEquals(before, restored.hash());
    }

    private static void add(State<String> state, List<Demonstration<String>> rows, boolean together) {
        if (together) {
            Rows x = Rows.copyOf(rows.stream().map(Demonstration::x).toArray(float[][]::new));
            state.addAll(state.featureNames().isEmpty() ? x : x.named(state.featureNames()),
                    rows.stream().map(Demonstration::label).toList());
        } else {
            rows.forEach(z -> state.add(z.x(), z.label()));
        }
    }

    private static List<Demonstration<String>> concat(List<Demonstration<String>> some, List<Demonstration<String>> more) {
        List<Demonstration<String>> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** One bit of one feature of one row among others that may be far greater; of one p what p·z = 0 hides is not kept. */
    @Property(tries = 300)
    void oneBitThatStaysBehindShows(@ForAll Kind kind, @ForAll @IntRange(min = 1, max = 9) int d,
            @ForAll @IntRange(min = 2, max = 7) int classes, @ForAll boolean hostile, @ForAll long seed) {
        Random random = new Random(seed);
        Case of = Case.of(kind == Kind.ONE_P_ALIGNED ? Kind.ONE_P : kind, d, classes, false, random);
        List<Demonstration<String>> rows = drawn(random, of.empty, 8, hostile);
        State<String> state = of.of(rows);
        Demonstration<String> z = rows.removeLast();
        float[] x = z.x().clone();
        int j = random.nextInt(d);
        float changed;
        do {
            changed = Float.intBitsToFloat(Float.floatToRawIntBits(x[j]) ^ 1 << random.nextInt(Float.SIZE));
        } while (!(Math.abs(changed) <= State.GREATEST_FEATURE) || changed == x[j]);
        x[j] = changed;
        Demonstration<String> other = new Demonstration<>(x, z.label());
        rows.add(other);
        State<String> changedState = of.of(rows);
        if (of.isOfOneP() && share(of, z) == 0 && share(of, other) == 0) {
            assertEquals(state.hash(), changedState.hash());
            return;
        }
        assertNotEquals(state.hash(), changedState.hash());
        // taking off the changed one from the other's state does not give the state without either
        rows.removeLast();
        state.remove(z.x(), z.label());
        String without = state.hash();
        assertEquals(of.of(rows).hash(), without);
        try {
            changedState.remove(z.x(), z.label());
        } catch (IllegalArgumentException e) {
            return;
        }
        assertNotEquals(without, changedState.hash());
    }

    /** p·z, which a state of one p multiplies z by. */
    private static float share(Case of, Demonstration<String> z) {
        float[] row = Arrays.copyOf(z.x(), z.x().length + 1);
        row[z.x().length] = z.label().equals(of.empty.classes().getFirst()) ? 1 : -1;
        return (float) LinearAttention.score(row, 0, row.length, of.p, 0);
    }

    /** Sums of more bits than two doubles have: the least float below two greater ones. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ONE_P_ALIGNED")
    void theHashHasEveryBit(Kind kind) {
        Case of = Case.of(kind, 3, 2, false, new Random(1));
        float[] great = {State.GREATEST_FEATURE, State.GREATEST_FEATURE, State.GREATEST_FEATURE};
        float[] middle = {0x1p-20f, 0x1p-20f, 0x1p-20f};
        State<String> with = of.empty.copy();
        State<String> without = of.empty.copy();
        for (float[] x : List.of(great, great, middle)) {
            with.add(x, "class 0");
            without.add(x, "class 0");
        }
        with.add(new float[] {0x1p-70f, 0x1p-80f, Float.MIN_VALUE}, "class 0");
        without.add(new float[] {0x1p-70f, 0x1p-80f, 0}, "class 0");
        assertNotEquals(without.hash(), with.hash());
    }

    /** Whoever adds a learner adds it above. */
    @Test
    void allLearnersRead() {
        Set<Class<?>> here = Case.of(Kind.MOMENTS, 2, 2, false, new Random(1)).learners.stream()
                .map(Object::getClass)
                .collect(Collectors.toSet());
        assertEquals(Set.of(Learner.class.getPermittedSubclasses()), here);
    }
}
