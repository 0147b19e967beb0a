package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.holdfast.verify.Mounted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/**
 * Every command that writes, killed, without room, without rights, beside another one, under a clock that goes backwards and
 * in too small a heap: each file is the old one or the new one, whole, there is one clear error, and the next run succeeds.
 * It takes minutes: {@code -Pfaults}.
 */
@Tag("faults")
class CommandFaultsIT {
    private static final int KILLS = Integer.getInteger("holdfast.faults.kills", 200);
    private static final Pattern TEMPORARY = Pattern.compile("\\.holdfast-[0-9a-f]+\\.tmp");
    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    @TempDir
    Path directory;

    /** What the two calls of a writer leave, by the names of their files: of the files that hold no times, the only contents. */
    private final List<Map<String, byte[]>> whole = new ArrayList<>();

    private Path work;

    @BeforeEach
    void prepare() throws IOException {
        work = Files.createDirectory(directory.resolve("work"));
        write(work);
    }

    private static void write(Path directory) throws IOException {
        Random random = new Random(1);
        StringBuilder context = new StringBuilder("a,b,c,d,class\n");
        StringBuilder queries = new StringBuilder("a,b,c,d\n");
        for (int n = 0; n < 500; n++) {
            int label = n % 3;
            for (int j = 0; j < 4; j++) {
                context.append(String.format(Locale.ROOT, "%.4f,", random.nextGaussian() + (j == label ? 2 : 0)));
                queries.append(String.format(Locale.ROOT, "%.4f", random.nextGaussian())).append(j < 3 ? "," : "\n");
            }
            context.append("xyz".charAt(label)).append('\n');
        }
        Files.writeString(directory.resolve("c.csv"), context);
        Files.writeString(directory.resolve("q.csv"), queries);
        Files.writeString(directory.resolve("m.json"),
                "{\"mu\": [1, -0.5, 0.25], \"variances\": [1, 2, 0.5], \"epsilon\": 0.25}");
    }

    /** Runs both calls to their ends, the second one first: the files of the first are there. Returns what the longer took. */
    private long runBoth(Writer writer) throws Exception {
        long longest = 0;
        for (int variant : new int[] {1, 0}) {
            forget(work);
            long start = System.nanoTime();
            Ran ran = run(Map.of(), writer.words(variant, work));
            longest = Math.max(longest, System.nanoTime() - start);
            assertEquals(0, ran.exit, ran.said);
            whole.addFirst(files(work));
        }
        assertEquals(whole.get(0).keySet(), whole.get(1).keySet());
        if (writer.hasCheckpoint()) {
            // of the other run's settings, which it would be held to
            Files.delete(work.resolve("k.npz"));
        }
        return longest;
    }

    /** All that writers leave, but not what they read. */
    private static void forget(Path directory) throws IOException {
        for (String name : files(directory).keySet()) {
            Files.delete(directory.resolve(name));
        }
    }

    private static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (var all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(file).toString();
                if (!List.of("c.csv", "q.csv", "m.json", "filler").contains(name)) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    /** Whether both calls write the same bytes each time: all files but those with times in them. */
    private static boolean isExact(String name) {
        return name.endsWith(".npz") && !name.equals("k.npz") || name.equals("o.csv") || name.startsWith("p.")
                || name.equals("r/report.json") || name.endsWith(".svg");
    }

    /** Each file is one that a run leaves at its end; leftovers are temporary files by the one name that they have. */
    private void assertWhole(Path directory, boolean leftovers) throws Exception {
        for (Map.Entry<String, byte[]> file : files(directory).entrySet()) {
            String name = file.getKey();
            byte[] bytes = file.getValue();
            if (leftovers && TEMPORARY.matcher(Path.of(name).getFileName().toString()).matches()) {
                continue;
            }
            assertTrue(whole.get(0).containsKey(name), name);
            if (isExact(name)) {
                assertTrue(Arrays.equals(bytes, whole.get(0).get(name)) || Arrays.equals(bytes, whole.get(1).get(name)),
                        name + " of " + bytes.length + " bytes is neither the old one nor the new one");
            } else {
                assertReadable(name, bytes);
            }
        }
    }

    private static void assertReadable(String name, byte[] bytes) throws Exception {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (name.equals("k.npz")) {
            Checkpoints.load(bytes);
        } else if (name.endsWith(".json")) {
            JsonParser.parseString(text);
        } else if (name.endsWith(".svg") || name.endsWith(".html")) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
        } else {
            assertTrue(name.endsWith(".csv") && text.endsWith("\n"), name);
            try (var records = CsvReader.builder().ofCsvRecord(text)) {
                assertEquals(1, records.stream().map(CsvRecord::getFieldCount).distinct().count(), name);
            }
        }
    }

    private void assertIsVariant(int variant, Path directory) throws Exception {
        Map<String, byte[]> left = files(directory);
        assertWhole(directory, true);
        for (Map.Entry<String, byte[]> file : whole.get(variant).entrySet()) {
            if (isExact(file.getKey())) {
                assertTrue(Arrays.equals(file.getValue(), left.get(file.getKey())), file.getKey());
            }
        }
    }

    /** What a process ended in, and all that it printed. */
    private record Ran(int exit, String said) {
        /** Exit code 2 and one line. */
        void isOneError() {
            assertEquals(2, exit, said);
            assertEquals(1, said.lines().count(), said);
            assertTrue(said.startsWith("holdfast: "), said);
        }
    }

    /** A process whose output is read as it comes: the launcher hands its last line on after the JVM has ended. */
    private record Running(Process process, FutureTask<String> said) {
        Ran end() throws Exception {
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("did not end: " + process.info());
            }
            return new Ran(process.exitValue(), said.get(1, TimeUnit.MINUTES));
        }
    }

    private Running start(Map<String, String> environment, List<String> before, String... words) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(Launcher.command(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        FutureTask<String> said =
                new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread.startVirtualThread(said);
        return new Running(process, said);
    }

    private Ran run(Map<String, String> environment, String... words) throws Exception {
        return start(environment, List.of(), words).end();
    }

    /** SIGKILL at moments that are drawn evenly over a whole run: {@link #KILLS} of all writers together. */
    @ParameterizedTest
    @EnumSource
    void aWriterThatIsKilledLeavesWholeFiles(Writer writer) throws Exception {
        long longest = runBoth(writer);
        Random random = new Random(writer.ordinal());
        int kills = 0;
        int temporaries = 0;
        int checkpoints = 0;
        int runs = 0;
        int share = Math.ceilDiv(KILLS, Writer.values().length);
        while (kills < share) {
            assertTrue(runs++ < 4 * share, "it is over too soon: " + kills + " kills of " + runs + " runs");
            // an odd run finds what an even one has written, and the other way round
            int variant = runs % 2;
            Process process = start(Map.of(), List.of(), writer.words(variant, work)).process;
            boolean killed = !process.waitFor(random.nextLong(longest), TimeUnit.NANOSECONDS);
            process.destroyForcibly().waitFor();
            kills += killed ? 1 : 0;
            assertWhole(work, true);
            for (String name : files(work).keySet()) {
                if (TEMPORARY.matcher(Path.of(name).getFileName().toString()).matches()) {
                    temporaries++;
                    Files.delete(work.resolve(name));
                }
            }
            if (writer.hasCheckpoint() && Files.exists(work.resolve("k.npz"))) {
                checkpoints++;
                // the run goes on, to the bits of one that was not killed
                assertEquals(0, run(Map.of(), writer.words(variant, work)).exit);
                assertIsVariant(variant, work);
                Files.delete(work.resolve("k.npz"));
            } else if (kills % 5 == 0) {
                Ran next = run(Map.of(), writer.words(variant, work));
                assertEquals(0, next.exit, next.said);
                assertIsVariant(variant, work);
                if (writer.hasCheckpoint()) {
                    Files.delete(work.resolve("k.npz"));
                }
            }
        }
        System.out.printf(Locale.ROOT, "faults: %s killed %d times in %d runs of up to %.1f s, %d temporary files left, %d runs"
                + " gone on from checkpoints%n", writer, kills, runs, longest / 1e9, temporaries, checkpoints);
    }

    /** A file system with room for ever more pages, until there is enough: before, one error and the old files alone. */
    @ParameterizedTest
    @EnumSource
    void aFullDiskIsOneErrorAndLeavesTheOldFiles(Writer writer) throws Exception {
        try (Mounted disk = Mounted.of(directory.resolve("disk"), writer == Writer.REPORT ? "4m" : "2m")) {
            work = disk.directory();
            write(work);
            runBoth(writer);
            int refusals = 0;
            long free = 0;
            while (true) {
                disk.fill(free);
                Ran ran = run(Map.of(), writer.words(1, work));
                if (ran.exit == 0) {
                    break;
                }
                refusals++;
                ran.isOneError();
                assertTrue(ran.said.contains(work.toString()), ran.said);
                assertWhole(work, false);
                if (writer.hasCheckpoint()) {
                    Files.deleteIfExists(work.resolve("k.npz"));
                }
                free = free == 0 ? 4096 : 2 * free;
            }
            assertIsVariant(1, work);
            assertTrue(refusals > 0, "there was room");
            System.out.printf("faults: %s refused %d times for want of room, then written with %d bytes free%n", writer, refusals,
                    free);
        }
    }

    /** What can be read once is copied first, to where temporary files go: that may be full, too. */
    @Test
    void aFullTemporaryDirectoryIsOneError() throws Exception {
        try (Mounted disk = Mounted.of(directory.resolve("disk"), "64k")) {
            disk.fill(4096);
            String[] words = Writer.CLASSIFY.words(0, work);
            words[Arrays.asList(words).indexOf("--context") + 1] = "/dev/stdin";
            Running running = start(Map.of("HOLDFAST_OPTS", "-Djava.io.tmpdir=" + disk.directory()), List.of(), words);
            try (OutputStream in = running.process.getOutputStream()) {
                Files.copy(work.resolve("c.csv"), in);
            } catch (IOException e) {
                // it has ended
            }
            Ran ran = running.end();
            ran.isOneError();
            assertTrue(ran.said.contains("/dev/stdin: No space left on device, expected room for a copy of it in "
                    + disk.directory()), ran.said);
            assertEquals(Map.of(), files(work));
            assertEquals(0, files(disk.directory()).size());
        }
    }

    /** Where nobody can write, not even root. */
    @ParameterizedTest
    @EnumSource
    void aReadOnlyDiskIsOneErrorBeforeTheWork(Writer writer) throws Exception {
        try (Mounted disk = Mounted.of(directory.resolve("disk"), "8m")) {
            work = disk.directory();
            write(work);
            runBoth(writer);
            disk.makeReadOnly();
            Map<String, byte[]> before = files(work);
            for (int variant = 0; variant < 2; variant++) {
                Ran ran = run(Map.of(), writer.words(variant, work));
                ran.isOneError();
                assertTrue(ran.said.contains(work.toString()), ran.said);
            }
            assertSame(before);
            forgetOn(disk);
            run(Map.of(), writer.words(0, work)).isOneError();
            assertEquals(0, files(work).size());
        }
    }

    private void forgetOn(Mounted disk) throws IOException {
        disk.makeWritable();
        forget(work);
        disk.makeReadOnly();
    }

    private void assertSame(Map<String, byte[]> before) throws IOException {
        Map<String, byte[]> now = files(work);
        assertEquals(before.keySet(), now.keySet());
        before.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, now.get(name)), name));
    }

    /** Root is asked to do without its right to write everywhere. */
    @ParameterizedTest
    @EnumSource
    void aFolderWithoutTheRightToWriteIsOneErrorBeforeTheWork(Writer writer) throws Exception {
        runBoth(writer);
        Map<String, byte[]> before = files(work);
        List<String> humbly = Files.isWritable(Path.of("/"))
                ? List.of("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
                : List.of();
        permit("r-xr-xr-x");
        try {
            Ran ran = start(Map.of(), humbly, writer.words(1, work)).end();
            ran.isOneError();
            assertTrue(ran.said.contains(work.toString()), ran.said);
            assertSame(before);
        } finally {
            permit("rwxr-xr-x");
        }
    }

    private void permit(String permissions) throws IOException {
        try (var all = Files.walk(work)) {
            for (Path folder : all.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
            }
        }
    }

    /** Both calls at once, on the same files, several times: each ends well or with one error, and files are of one of them. */
    @ParameterizedTest
    @EnumSource
    void twoProcessesOnOneFileLeaveOneOfTheTwo(Writer writer) throws Exception {
        runBoth(writer);
        int refused = 0;
        for (int round = 0; round < 5; round++) {
            List<Running> both = new ArrayList<>();
            for (int variant = 0; variant < 2; variant++) {
                both.add(start(Map.of(), List.of(), writer.words(variant, work)));
            }
            for (Running each : both) {
                Ran ran = each.end();
                if (ran.exit != 0) {
                    refused++;
                    ran.isOneError();
                }
            }
            assertTrue(refused < 2 * (round + 1), "neither was written");
            assertWhole(work, false);
            if (writer.hasCheckpoint()) {
                Files.deleteIfExists(work.resolve("k.npz"));
            }
        }
        System.out.printf("faults: %s beside itself: 5 times, %d refused%n", writer, refused);
    }

    /** Files of the future and of the past are files. */
    @ParameterizedTest
    @EnumSource
    void noFileIsTooYoungOrTooOld(Writer writer) throws Exception {
        runBoth(writer);
        for (String when : List.of("2100-01-01T00:00:00Z", "1971-01-01T00:00:00Z")) {
            for (String name : files(work).keySet()) {
                Files.setLastModifiedTime(work.resolve(name), FileTime.from(Instant.parse(when)));
            }
            Ran ran = run(Map.of(), writer.words(1, work));
            assertEquals(0, ran.exit, ran.said);
            assertIsVariant(1, work);
        }
    }

    /** The clock of the wall goes back by ten years while a writer runs. Debian's faketime moves it. */
    @ParameterizedTest
    @EnumSource
    void aClockThatGoesBackwardsChangesNothing(Writer writer) throws Exception {
        if (!Files.exists(FAKE_TIME)) {
            String message = "NOT RUN, because Debian's package faketime is not installed";
            System.out.println(message);
            throw new TestAbortedException(message);
        }
        long longest = runBoth(writer);
        Path clock = Files.writeString(directory.resolve("clock"), "+0\n");
        Running running = start(Map.of("LD_PRELOAD", FAKE_TIME.toString(), "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                "FAKETIME_NO_CACHE", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1"), List.of(), writer.words(1, work));
        for (int years = 1; years <= 10; years++) {
            Thread.sleep(longest / 10_000_000);
            Files.writeString(clock, "-" + years + "y\n");
        }
        Ran ran = running.end();
        assertEquals(0, ran.exit, ran.said);
        assertIsVariant(1, work);
    }

    /**
     * The smallest heap that is enough, by bisection, and every one of the eight just below: whatever is too small ends with one
     * line and nothing written; only a heap in which no JVM starts has the JVM's own words.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classify-exact | classify --context /wide.csv --label class --input /wide.csv --exact --out /o.csv --save /s.npz
            classify-fast  | classify --context /wide.csv --label class --input /wide.csv --out /o.csv --save /s.npz
            pretrain       | pretrain --features 400 --epsilon .05 --batch 100 --demonstrations 50 --steps 2 --threads 2 --out /w.npz --history /h.csv --checkpoint /k.npz
            mixture        | pretrain --family mixture --setting a1 --depth 4 --tasks 4000 --demonstrations 50 --updates 2 --threads 2 --out /w.npz --history /h.csv --checkpoint /k.npz
            normal         | evaluate --tasks normal --weights adversarial,bayes:linf:0.1 --d-vul 400 --count 4 --threads 2
            pretraining    | evaluate --tasks pretraining --features 2000 --count 8 --threads 2
            contexts       | evaluate --tasks mixture --setting a1 --weights mean,bayes:l2:0.1 --count 20 --threads 2
            digits         | evaluate --tasks digits
            optimum        | optimum --features 1500 --lambda .1 --epsilon .01 --out /w.npz
            depth          | optimum --family mixture --setting a1 --depth 4 --out /w.npz
            phases         | phases --max-features 2000 --out /p.svg --data /p.csv
            report         | report --quick --only phases,depth-polynomials --out /r
            random         | random --streams 100000 --count 1000000
            """)
    void aHeapThatIsJustTooSmallIsOneError(String name, String call) throws Exception {
        StringBuilder wide = new StringBuilder();
        Random random = new Random(2);
        for (int n = -1; n < 40; n++) {
            for (int j = 0; j < 300; j++) {
                wide.append(n < 0 ? "f" + j : String.format(Locale.ROOT, "%.2f", random.nextGaussian() + n % 2)).append(',');
            }
            wide.append(n < 0 ? "class" : "xy".charAt(n % 2)).append('\n');
        }
        Files.writeString(work.resolve("wide.csv"), wide);
        String[] words = call.replaceAll(" /", " " + work + "/").split(" ");
        int small = 1;
        int enough = 1024;
        while (enough - small > 1) {
            int middle = small < 32 ? Math.min((small + enough) / 2, 4 * small) : (small + enough) / 2;
            if (isEnough(middle, words)) {
                enough = middle;
            } else {
                small = middle;
            }
        }
        int refused = 0;
        for (int below = Math.max(2, enough - 8); below < enough; below++) {
            refused += isEnough(below, words) ? 0 : 1;
        }
        assertTrue(enough < 1024 && refused > 0, name + " needs " + enough + " MB");
        System.out.printf("faults: %s needs a heap of %d MB, and was refused in one line %d times just below%n", name, enough,
                refused);
    }

    private boolean isEnough(int megabytes, String... words) throws Exception {
        for (String file : files(work).keySet()) {
            if (!file.equals("wide.csv")) {
                Files.delete(work.resolve(file));
            }
        }
        Ran ran = start(Map.of("HOLDFAST_OPTS", "-Xmx" + megabytes + "m"), List.of(), words).end();
        if (ran.exit == 0) {
            return true;
        }
        String where = megabytes + " MB: exit " + ran.exit + ", " + ran.said;
        boolean isOfTheJvm = ran.exit == 1 && ran.said.startsWith("Error occurred during initialization of ");
        if (!isOfTheJvm) {
            assertEquals(2, ran.exit, where);
            assertEquals(1, ran.said.lines().count(), where);
            assertTrue(ran.said.startsWith("holdfast: ") && ran.said.contains("HOLDFAST_OPTS=-Xmx"), where);
        }
        for (String file : files(work).keySet()) {
            // what a run had finished before is whole; a report keeps its parts, and pretraining its checkpoint
            assertFalse(TEMPORARY.matcher(Path.of(file).getFileName().toString()).matches(), where + file);
            if (!file.equals("wide.csv") && !file.endsWith(".npz")) {
                assertReadable(file, Files.readAllBytes(work.resolve(file)));
            }
        }
        return false;
    }

    /** What can be written to but has no room. */
    @ParameterizedTest
    @EnumSource
    void aFullDeviceIsOneError(Writer writer) throws Exception {
        if (writer == Writer.REPORT) {
            return; // a directory
        }
        runBoth(writer);
        for (String option : writer.options()) {
            String[] words = writer.words(1, work);
            words[Arrays.asList(words).indexOf(option) + 1] = "/dev/full";
            if (option.equals("--checkpoint")) {
                // is read first, and a device has no run
                continue;
            }
            Ran ran = run(Map.of(), words);
            ran.isOneError();
            assertTrue(ran.said.contains("/dev/full"), ran.said);
            assertWhole(work, false);
            if (writer.hasCheckpoint()) {
                Files.deleteIfExists(work.resolve("k.npz"));
            }
        }
    }
}
