package dev.holdfast.verify.model;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Pretraining;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** One of each that can be saved, with all ways out and in. */
record Saved(String holds, Object object, To<Path> toPath, To<OutputStream> toStream, Bytes bytes, From<Path> path,
        From<InputStream> stream, From<ByteBuffer> buffer) {
    interface To<T> {
        void save(T to) throws IOException;
    }

    interface From<T> {
        Object load(T from) throws IOException;
    }

    interface Bytes {
        byte[] get();
    }

    private static final int D = 3;
    private static final Rows X = Rows.copyOf(ClassifierPropertyTest.reals(new Random(1), 12, D));
    private static final List<Integer> LABELS = IntStream.range(0, 12).mapToObj(n -> n % 3).toList();
    private static final List<Integer> TWO = IntStream.range(0, 12).mapToObj(n -> n % 2).toList();
    private static final int[] SIGNS = TWO.stream().mapToInt(n -> 2 * n - 1).toArray();

    static List<Saved> all() {
        Alignment alignment = Alignment.fit(X, SIGNS);
        LinearTransformer transformer = LinearTransformer.standard(D);
        Pretraining pretraining = new Pretraining(new Pretraining.Settings(D, 0.1, 0.05, 4, 5, 0.1, 1));
        pretraining.step(Workers.one());
        MixturePretraining mixture = new MixturePretraining(new MixturePretraining.Settings(
                GaussianMixture.of(new double[] {1, 0.5, 0}, new double[] {1, 0.25, 0.25}, 0.1), 2, 4, 5, 9, true, 1));
        mixture.step(Workers.one());
        RobustBayes bayes = RobustBayes.l2(0.1).ridge(1);
        return List.of(of(transformer), of(pretraining.transformer()), of(alignment),
                of(transformer.aligned(alignment).learn(X, SIGNS)), of(bayes.learn(X, SIGNS)),
                of(transformer.learnRest(X, LABELS)), of(bayes.learnPairs(X, LABELS)), of(pretraining), of(mixture),
                of(filled(State.moments(D, List.of(0, 1, 2)), LABELS)),
                of(filled(State.moments(D, List.of(0, 1, 2)).exact().named(List.of("a", "b", "c")), LABELS)),
                of(filled(State.variances(D, List.of(0, 1, 2)), LABELS)),
                of(filled(State.variances(D, List.of(0, 1, 2)).exact(), LABELS)),
                of(filled(State.attention(transformer, List.of(0, 1)), TWO), transformer),
                of(filled(State.attention(transformer.aligned(alignment), List.of(0, 1)).exact(), TWO), transformer),
                of(family()), of(DeepTransformer.of(LinearTransformer.adversarial(D))),
                of(DeepTransformer.full(List.of(floats(1), floats(2)), List.of(floats(3), floats(4)))
                        .withProvenance(new Provenance("drawn", 0.5, 0.25, 7, 8))));
    }

    private static DeepTransformer family() {
        return DeepTransformer.family(D, List.of(new DeepTransformer.Layer(0.1, -0.2, 1 / 3.0, 0),
                new DeepTransformer.Layer(0, 1e-300, -1e300, 5))).centred();
    }

    private static float[] floats(int seed) {
        return ClassifierPropertyTest.reals(new Random(seed), 1, (D + 1) * (D + 1))[0];
    }

    private static State<Integer> filled(State<Integer> state, List<Integer> labels) {
        state.addAll(X, labels);
        return state;
    }

    static Saved of(LinearTransformer saved) {
        return new Saved("the weights of a transformer", saved, saved::save, saved::save, saved::toBytes,
                LinearTransformer::load, LinearTransformer::load, LinearTransformer::load);
    }

    static Saved of(DeepTransformer saved) {
        return new Saved("a transformer of several layers", saved, saved::save, saved::save, saved::toBytes,
                DeepTransformer::load, DeepTransformer::load, DeepTransformer::load);
    }

    static Saved of(Alignment saved) {
        return new Saved("an alignment", saved, saved::save, saved::save, saved::toBytes, Alignment::load,
                Alignment::load, Alignment::load);
    }

    static Saved of(Classifier saved) {
        return new Saved("a classifier", saved, saved::save, saved::save, saved::toBytes, Classifier::load,
                Classifier::load, Classifier::load);
    }

    static Saved of(Pretraining saved) {
        return new Saved("a run of pretraining", saved, saved::save, saved::save, saved::toBytes, Pretraining::load,
                Pretraining::load, Pretraining::load);
    }

    static Saved of(MixturePretraining saved) {
        return new Saved("a run of pretraining on a mixture", saved, saved::save, saved::save, saved::toBytes,
                MixturePretraining::load, MixturePretraining::load, MixturePretraining::load);
    }

    static Saved of(MultiClassifier<Integer> saved) {
        return new Saved("a classifier of many classes", saved, file -> saved.save(file, Object::toString),
                out -> saved.save(out, Object::toString), () -> saved.toBytes(Object::toString),
                file -> MultiClassifier.load(file, Integer::valueOf), in -> MultiClassifier.load(in, Integer::valueOf),
                bytes -> MultiClassifier.load(bytes, Integer::valueOf));
    }

    static Saved of(State<Integer> saved) {
        return new Saved("a state", saved, file -> saved.save(file, Object::toString),
                out -> saved.save(out, Object::toString), () -> saved.toBytes(Object::toString),
                file -> State.load(file, Integer::valueOf), in -> State.load(in, Integer::valueOf),
                bytes -> State.load(bytes, Integer::valueOf));
    }

    static Saved of(State<Integer> saved, LinearTransformer transformer) {
        return new Saved("a state", saved, file -> saved.save(file, Object::toString),
                out -> saved.save(out, Object::toString), () -> saved.toBytes(Object::toString),
                file -> State.load(file, Integer::valueOf, transformer),
                in -> State.load(in, Integer::valueOf, transformer),
                bytes -> State.load(bytes, Integer::valueOf, transformer));
    }

    /** One of what a load gave, with all ways of its own. */
    @SuppressWarnings("unchecked")
    Saved again(Object loaded) {
        return switch (loaded) {
            case LinearTransformer each -> of(each);
            case DeepTransformer each -> of(each);
            case Alignment each -> of(each);
            case Classifier each -> of(each);
            case Pretraining each -> of(each);
            case MixturePretraining each -> of(each);
            case MultiClassifier<?> each -> of((MultiClassifier<Integer>) each);
            case State<?> each -> of((State<Integer>) each);
            default -> throw new AssertionError(loaded.getClass());
        };
    }

    @Override
    public String toString() {
        return holds;
    }
}
