package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.DepthOptimum;
import dev.holdfast.model.DesignCurve;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.HijackingBound;
import dev.holdfast.model.Influence;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.MixtureTask;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Pretraining;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole public API by reflection: each argument that is null is named, whatever the others are. */
class NullArgumentsTest {
    private static final Rows X = Rows.copyOf(new float[] {1, 2}, new float[] {-1, 0.5f}, new float[] {0.25f, 1});
    private static final List<Integer> LABELS = List.of(1, -1, 1);
    private static final int[] SIGNS = {1, -1, 1};
    private static final LinearTransformer TRANSFORMER = LinearTransformer.standard(2);
    private static final DeepTransformer DEEP =
            DeepTransformer.family(2, List.of(new DeepTransformer.Layer(0, 1, 1, 0), new DeepTransformer.Layer(1, 1, 0.5, 0)));
    private static final List<Saved> SAVED = Saved.all();
    private static final RobustBayes BAYES = RobustBayes.l2(0.01).ridge(1);

    private static final MixturePretraining.Settings MIXTURE_SETTINGS =
            new MixturePretraining.Settings(GaussianMixture.a1(), 1, 1, 1, 1, false, 1);

    @TempDir
    Path directory;

    @Test
    void everyNullIsNamed() throws Exception {
        List<String> unnamed = new ArrayList<>();
        int arguments = 0;
        for (Class<?> type : types()) {
            for (Executable call : calls(type)) {
                Object[] values = new Object[call.getParameterCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(call, call.getParameters()[i]);
                }
                for (int i = 0; i < values.length; i++) {
                    Parameter parameter = call.getParameters()[i];
                    if (!parameter.getType().isPrimitive()) {
                        Object[] withNull = values.clone();
                        withNull[i] = null;
                        Throwable thrown = thrown(type, call, withNull);
                        arguments++;
                        if (!names(thrown, parameter.getName())) {
                            unnamed.add(call.getDeclaringClass().getSimpleName() + "." + call.getName() + " "
                                    + parameter.getName() + ": " + thrown);
                        }
                    }
                }
            }
        }
        assertTrue(arguments > 200, arguments + " arguments");
        assertEquals("", String.join("\n", unnamed));
    }

    private static boolean names(Throwable thrown, String parameter) {
        String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
        return thrown instanceof NullPointerException && message.matches("(?s).*\\b" + parameter + "\\b.*")
                || thrown instanceof IllegalArgumentException && message.startsWith(parameter + " = null, expected ");
    }

    /** All public types of the package, and those within them. */
    private static Set<Class<?>> types() throws Exception {
        Set<Class<?>> types = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        for (Class<?> one : List.of(Classifier.class, Workers.class)) {
            Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
            String directory = one.getPackageName().replace('.', '/');
            if (Files.isDirectory(place)) {
                add(one.getPackageName(), place.resolve(directory), types);
            } else {
                try (var jar = FileSystems.newFileSystem(place)) {
                    add(one.getPackageName(), jar.getPath("/" + directory), types);
                }
            }
        }
        assertTrue(types.containsAll(Set.of(State.Demonstration.class, Workers.Piece.class)), types.toString());
        return types;
    }

    private static void add(String packageName, Path directory, Set<Class<?>> types) throws Exception {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    Class<?> type = Class.forName(packageName + "." + name.replace(".class", ""));
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
    }

    private static List<Executable> calls(Class<?> type) {
        return Stream.<Executable>concat(Stream.of(type.getConstructors()), Stream.of(type.getMethods()))
                .filter(call -> call.getDeclaringClass().getName().startsWith("dev.holdfast."))
                .filter(call -> !call.getName().equals("equals") && !call.getName().equals("valueOf"))
                .filter(call -> !(call instanceof Method method && method.isBridge()))
                .toList();
    }

    private Throwable thrown(Class<?> type, Executable call, Object[] values) throws Exception {
        Object on = Modifier.isStatic(call.getModifiers()) || !(call instanceof Method) ? null : instance(type);
        try {
            if (call instanceof Method method) {
                method.invoke(on, values);
            } else {
                ((Constructor<?>) call).newInstance(values);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    private static State<Integer> state() {
        State<Integer> state = State.moments(2, List.of(1, -1)).exact();
        state.addAll(X, LABELS);
        return state;
    }

    private static Object instance(Class<?> type) {
        return Map.<Class<?>, Supplier<Object>>ofEntries(
                        Map.entry(Alignment.class, () -> Alignment.fit(X, SIGNS)),
                        Map.entry(Classifier.class, () -> BAYES.learn(X, SIGNS)),
                        Map.entry(DeepTransformer.class, () -> DEEP),
                        Map.entry(DesignCurve.class, () -> BAYES.curve(state(), X, LABELS, new double[] {0}, 0)),
                        Map.entry(DepthOptimum.class, () -> DepthOptimum.of(GaussianMixture.a1(), 1)),
                        Map.entry(ExactOptimum.class, () -> ExactOptimum.of(2, 0.1, 0.1)),
                        Map.entry(GaussianMixture.class, GaussianMixture::a1),
                        Map.entry(Hijacking.class,
                                () -> TRANSFORMER.hijacking(X, SIGNS, new float[] {1, 2}, Threat.linf(), 0.5)),
                        Map.entry(HijackingBound.class, () -> BAYES.hijacking(X, SIGNS, Threat.linf(), 0.5)),
                        Map.entry(Influence.class, () -> TRANSFORMER.influence(X, SIGNS, new float[] {1, 2})),
                        Map.entry(Learner.class, () -> BAYES),
                        Map.entry(LinearTransformer.class, () -> TRANSFORMER),
                        Map.entry(MixturePretraining.class, () -> new MixturePretraining(MIXTURE_SETTINGS)),
                        Map.entry(MixtureTask.class, () -> MixtureTask.draw(GaussianMixture.a1(), 2, 1, 1)),
                        Map.entry(MultiClassifier.class, () -> BAYES.learnPairs(X, LABELS)),
                        Map.entry(Pretraining.class,
                                () -> new Pretraining(new Pretraining.Settings(2, 0.1, 0.1, 1, 1, 0.1, 1))),
                        Map.entry(RobustBayes.class, () -> BAYES),
                        Map.entry(Rows.class, () -> X),
                        Map.entry(State.class, NullArgumentsTest::state),
                        Map.entry(Threat.class, Threat::linf),
                        Map.entry(Workers.class, Workers::one))
                .getOrDefault(type, () -> null)
                .get();
    }

    /** What was saved of the type that the call is one of. */
    private static byte[] saved(Executable call) {
        return SAVED.stream()
                .filter(saved -> call.getDeclaringClass() == saved.object().getClass())
                .map(saved -> saved.bytes().get())
                .findFirst()
                .orElse(new byte[0]);
    }

    private Object value(Executable call, Parameter parameter) throws IOException {
        Class<?> type = parameter.getType();
        String name = parameter.getName();
        boolean loads = List.of(Path.class, InputStream.class, ByteBuffer.class).contains(type);
        byte[] saved = loads ? saved(call) : new byte[0];
        if (call.getDeclaringClass().getPackage() == Workers.class.getPackage() && type.isArray()) {
            // more than enough for whatever it is; those of two dimensions are of one worker, or a few parts
            if (type == float[][].class) {
                return new float[1][1 << 20];
            }
            return type == double[][].class ? new double[8][1 << 20] : Array.newInstance(type.getComponentType(), 1 << 20);
        }
        Map<Class<?>, Object> values = Map.ofEntries(
                Map.entry(int.class, name.matches("d|.*[sS]tride") ? 2 : name.equals("k") ? 4 : 1),
                Map.entry(long.class, 1L),
                Map.entry(double.class, 0.5),
                Map.entry(float.class, 0.5f),
                Map.entry(boolean.class, true),
                Map.entry(float[].class, new float[] {0.25f, 0.5f}),
                Map.entry(float[][].class, new float[][] {{1, 2}}),
                Map.entry(double[][].class, new double[][] {{1, 2}}),
                Map.entry(int[].class, SIGNS),
                Map.entry(double[].class, new double[] {0.5, 0.75}),
                Map.entry(String.class, "text"),
                Map.entry(Object.class, 1),
                Map.entry(List.class, name.equals("y") ? LABELS : name.equals("features") ? List.of("a", "b")
                        : name.equals("functions") ? List.of(Classifier.of(new float[2], 0), Classifier.of(new float[2], 1))
                        : name.equals("layers") ? DEEP.layers()
                        : name.startsWith("big") ? List.of(new float[9], new float[9])
                        : name.equals("x") ? List.of(new float[2]) : List.of(1, -1)),
                Map.entry(Optional.class, Optional.empty()),
                Map.entry(Path.class, loads ? Files.write(directory.resolve("file"), saved) : directory),
                Map.entry(OutputStream.class, new ByteArrayOutputStream()),
                Map.entry(InputStream.class, new ByteArrayInputStream(saved)),
                Map.entry(ByteBuffer.class, ByteBuffer.wrap(saved)),
                Map.entry(Function.class, (Function<Object, Object>) Object::toString),
                Map.entry(Supplier.class, (Supplier<Object>) NullArgumentsTest::state),
                Map.entry(Executor.class, (Executor) Runnable::run),
                Map.entry(Workers.class, Workers.one()),
                Map.entry(Workers.Piece.class, (Workers.Piece) (worker, piece) -> {}),
                Map.entry(Rows.class, X),
                Map.entry(State.class, state()),
                Map.entry(Threat.class, Threat.linf()),
                Map.entry(GaussianMixture.class, GaussianMixture.a1()),
                Map.entry(Alignment.class, Alignment.none(2)),
                Map.entry(LinearTransformer.class, TRANSFORMER),
                Map.entry(Provenance.class, new Provenance("method", 0, 0, 0, 0)),
                Map.entry(MixturePretraining.Settings.class, MIXTURE_SETTINGS),
                Map.entry(Pretraining.Settings.class, new Pretraining.Settings(2, 0.1, 0.1, 1, 1, 0.1, 1)));
        Object value = values.get(type);
        assertTrue(value != null, "no value for " + parameter);
        return value;
    }

    /** The types that a caller holds print what they are. */
    @Test
    void everyTypePrintsItself() throws Exception {
        for (Class<?> type : types()) {
            Object instance = instance(type);
            if (instance != null) {
                String text = instance.toString();
                assertTrue(text.length() > 3 && text.length() < 500 && !text.matches("(?s).*@[0-9a-f]{4,}.*"), text);
            }
        }
        assertEquals("linf in the box 0.0..1.0, budgets [0.5, 1.0], frozen [0, 3]",
                Threat.linf().inBox(0, 1).withBudgets(new float[] {0.5f, 1}).freeze(3, 0, 3).toString());
        assertEquals("an exact state of moments of 2 features, size 3.0, classes [1, -1]", state().toString());
        assertEquals("classifier of 9 features, w = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, … 9 in all], c = 1.0",
                Classifier.of(new float[9], 1).toString());
        assertEquals("bayes:linf:0.5, with budgets, against linf, frozen [1]",
                RobustBayes.against(Threat.linf().freeze(1), 0.5).toString());
        assertEquals("deep transformer of depth 2 and 2 features, layers [Layer[px=0.0, py=1.0, qx=1.0, qy=0.0], "
                + "Layer[px=1.0, py=1.0, qx=0.5, qy=0.0]]", DEEP.toString());
        assertEquals("1 rows of 2 features [[1.0, 2.0]]", Rows.copyOf(new float[] {1, 2}).toString());
    }

    /** What is a value is equal to one that was made in the same way, and to no other. */
    @Test
    void valuesAreEqual() throws IOException {
        List<Supplier<Object>> values = List.of(Threat::linf, Threat::l2, () -> Threat.linf().inBox(0, 1),
                () -> Threat.linf().inBox(0, 2), () -> Threat.l2().withBudgets(new float[] {1, 2}),
                () -> Threat.l2().freeze(1, 2), () -> Threat.l2().freeze(2), () -> RobustBayes.l2(0.1),
                () -> RobustBayes.l2(0.2), () -> RobustBayes.l2(0.1).diagonal(), () -> RobustBayes.l2(0.1).ridge(1),
                () -> RobustBayes.l2(0.1).countedPriors(), () -> RobustBayes.l2(0.1).priors(1, 2),
                () -> Alignment.none(2), () -> Alignment.fit(X, SIGNS), () -> LinearTransformer.standard(2),
                () -> LinearTransformer.standard(3), () -> LinearTransformer.adversarial(2),
                () -> LinearTransformer.standard(2).aligned(), () -> LinearTransformer.standard(2).aligned(Alignment.none(2)),
                () -> LinearTransformer.full(new float[9], new float[9]),
                () -> LinearTransformer.standard(2).withProvenance(new Provenance("x", 0, 0, 0, 0)),
                () -> DeepTransformer.family(2, DEEP.layers()), () -> DEEP.withFeatures(3), () -> DEEP.centred(),
                () -> DEEP.withProvenance(new Provenance("x", 0, 0, 0, 0)),
                () -> DeepTransformer.family(2, DEEP.layers().subList(0, 1)), () -> DEEP.layers().get(0),
                () -> DeepTransformer.of(LinearTransformer.standard(2)), () -> DeepTransformer.full(List.of(new float[9]),
                        List.of(new float[9])),
                () -> BAYES.learn(X, SIGNS), () -> TRANSFORMER.learn(X, SIGNS), () -> Classifier.of(new float[2], 0),
                () -> Classifier.of(new float[2], 1), () -> BAYES.learnPairs(X, LABELS), () -> BAYES.learnRest(X, LABELS),
                () -> TRANSFORMER.learnPairs(X, List.of("a", "b", "a")), () -> TRANSFORMER.learnPairs(X, LABELS),
                () -> new State.Demonstration<>(new float[] {1}, 1), () -> new State.Demonstration<>(new float[] {2}, 1));
        List<Object> once = values.stream().map(Supplier::get).collect(Collectors.toList());
        for (int i = 0; i < once.size(); i++) {
            for (int j = 0; j < once.size(); j++) {
                assertEquals(i == j, once.get(i).equals(values.get(j).get()), once.get(i) + " and " + once.get(j));
            }
            assertEquals(once.get(i).hashCode(), values.get(i).get().hashCode());
        }
        for (Saved saved : SAVED.stream()
                .filter(saved -> SAVED.indexOf(saved) < 7 || saved.object() instanceof DeepTransformer)
                .toList()) {
            assertEquals(saved.object(), saved.buffer().load(ByteBuffer.wrap(saved.bytes().get())));
        }
    }
}
