package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Pretraining;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is saved goes the same way through files, streams, bytes, Java serialisation and Kryo, to the bit. */
class SavedFormsTest {
    static {
        // what it does with it, JDK 25 warns of
        System.setProperty("kryo.unsafe", "false");
    }

    @TempDir
    Path directory;

    static Stream<Saved> saved() {
        return Saved.all().stream();
    }

    private static void assertSame(Saved saved, Object loaded) {
        assertArrayEquals(saved.bytes().get(), saved.again(loaded).bytes().get());
    }

    @ParameterizedTest
    @MethodSource("saved")
    void aFileAStreamAndBytesAreTheSame(Saved saved) throws IOException {
        Path file = directory.resolve("saved.npz");
        saved.toPath().save(file);
        byte[] bytes = saved.bytes().get();
        assertArrayEquals(Files.readAllBytes(file), bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        saved.toStream().save(out);
        assertArrayEquals(bytes, out.toByteArray());
        assertSame(saved, saved.path().load(file));
    }

    /** Two of each in a row between bytes of others, by streams that give as little as they may, and must stay open. */
    @ParameterizedTest
    @MethodSource("saved")
    void aStreamIsReadToTheLastByteAndNoFurther(Saved saved) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OutputStream out = new FilterOutputStream(bytes) {
            @Override
            public void close() {
                throw new AssertionError("closed");
            }
        };
        out.write(1);
        saved.toStream().save(out);
        saved.toStream().save(out);
        out.write(2);
        for (int most : new int[] {1, 7, Integer.MAX_VALUE}) {
            InputStream in = new FilterInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
                @Override
                public int read(byte[] to, int from, int count) throws IOException {
                    return super.read(to, from, Math.min(most, count));
                }

                @Override
                public void close() {
                    throw new AssertionError("closed");
                }
            };
            assertEquals(1, in.read());
            assertSame(saved, saved.stream().load(in));
            assertSame(saved, saved.stream().load(in));
            assertEquals(2, in.read());
            EOFException e = assertThrows(EOFException.class, () -> saved.stream().load(in));
            assertEquals("the stream: it ends too early, expected a whole NumPy .npz file", e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("saved")
    void aBufferMovesBehindWhatIsRead(Saved saved) throws IOException {
        byte[] bytes = saved.bytes().get();
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * bytes.length + 3).put((byte) 1).put(bytes).put(bytes);
        buffer.position(1);
        assertSame(saved, saved.buffer().load(buffer));
        assertEquals(1 + bytes.length, buffer.position());
        assertSame(saved, saved.buffer().load(buffer.asReadOnlyBuffer()));
    }

    /** No java.io.File, no atomic move; the second one replaces the first. */
    @ParameterizedTest
    @MethodSource("saved")
    void aZipFileSystemHoldsFiles(Saved saved) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("files.zip"), Map.of("create", "true"))) {
            Path file = zip.getPath("/saved.npz");
            LinearTransformer.standard(2).save(file);
            saved.toPath().save(file);
            assertSame(saved, saved.path().load(file));
            try (var files = Files.list(zip.getPath("/"))) {
                assertEquals(List.of(file), files.toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("saved")
    void javaSerialisationHoldsTheBytesOfTheFile(Saved saved) throws Exception {
        byte[] serialised = serialised(saved.object());
        assertSame(saved, deserialised(serialised));
        byte[] damaged = serialised.clone();
        int zip = new String(serialised, StandardCharsets.ISO_8859_1).indexOf("PK\3\4");
        damaged[zip + 40] ^= 1;
        assertThrows(InvalidObjectException.class, () -> deserialised(damaged));
    }

    private static byte[] serialised(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object deserialised(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        }
    }

    @ParameterizedTest
    @MethodSource("saved")
    void kryoCarriesIt(Saved saved) {
        Kryo kryo = new Kryo();
        kryo.register(saved.object().getClass(), new JavaSerializer());
        Output out = new Output(1024, -1);
        kryo.writeClassAndObject(out, saved.object());
        kryo.writeClassAndObject(out, saved.object());
        Input in = new Input(out.toBytes());
        assertSame(saved, kryo.readClassAndObject(in));
        assertSame(saved, kryo.readClassAndObject(in));
    }

    /** What a program sends with a classifier, or gets from it. */
    @Test
    void learnersThreatsAndAnswersAreSerialised() throws Exception {
        float[] edges = {-1, 2};
        for (Object each : List.of(Threat.l2(), Threat.linf().inBox(0, 1), Threat.l1().inBox(edges, new float[] {3, 4}),
                Threat.l2().withBudgets(new float[] {0.5f, 1}).freeze(0), RobustBayes.linf(0.1),
                RobustBayes.against(Threat.l2().freeze(1), 0.2).diagonal().ridge(3).priors(1, 2),
                RobustBayes.l1(0).identity().countedPriors(), new MultiClassifier.Answer<>("a", 1, 2),
                new State.Demonstration<>(edges, "a"), new Provenance("optimum", 0.1, 0.2, 3, 4),
                new DeepTransformer.Layer(0.1, 0.2, 0.3, 0.4),
                new GaussianModel(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), Pretraining.Settings.of(3, 0.1))) {
            assertEquals(each, deserialised(serialised(each)));
        }
        byte[] forged = serialised(Threat.l2().withBudgets(new float[] {0.5f, 1}));
        // the two budgets, as they stand there
        int at = new String(forged, StandardCharsets.ISO_8859_1).indexOf("\u003f\0\0\0\u003f\u0080\0\0");
        ByteBuffer.wrap(forged).putFloat(at, -1);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> deserialised(forged)).getMessage()
                .contains("b[0] = -1.0, expected a finite number"));
    }

    /** How rows are aligned is in no weights file, and labels are of any type: both go with the object. */
    @Test
    void whatFilesLeaveToTheCallerIsSerialised() throws Exception {
        Rows x = Rows.copyOf(new float[] {1, -3}, new float[] {-2, 5}, new float[] {0.5f, 1});
        int[] y = {1, -1, 1};
        float[] query = {0.3f, -0.2f};
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        LinearTransformer aligned = transformer.aligned(Alignment.fit(x, y));
        for (LinearTransformer each : List.of(transformer, transformer.aligned(), aligned)) {
            LinearTransformer again = (LinearTransformer) deserialised(serialised(each));
            assertEquals(each.name(), again.name());
            assertEquals(each.learn(x, y).score(query), again.learn(x, y).score(query));
        }
        State<List<Integer>> state = State.attention(aligned, List.of(List.of(1), List.of(2)));
        state.addAll(x, List.of(List.of(1), List.of(2), List.of(1)));
        State<?> again = (State<?>) deserialised(serialised(state));
        assertEquals(state.classes(), again.classes());
        assertEquals(transformer.learn(state).score(query), transformer.learn(again).score(query));
        Object unknown = new Object();
        State<Object> unserialisable = State.moments(1, List.of(unknown, "b"));
        assertTrue(assertThrows(IOException.class, () -> serialised(unserialisable)).getMessage().contains("Object"));
    }
}
