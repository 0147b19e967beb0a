package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small commands whose options and files are changed at random. Each ends soon: with exit code 0, or
 * with 2, one line there and every file as it was. Line ends and a byte order mark change no answer. It takes a second, or
 * as many as {@code -Dholdfast.fuzz.seconds} says.
 */
class CommandFuzzTest {
    /**
     * Words of commands that work, but for the report's, which takes long; {@code random} goes around this JVM's streams. A
     * word that begins with a slash is a file of the directory.
     */
    private static final List<String> COMMANDS = List.of(
            "classify --context /c.csv --label class --input /q.csv --out /o.csv --epsilon 0.5",
            "classify --context /c.csv --label class --input /q.csv --out /o.csv --weights adversarial --save /s.npz --exact",
            "classify --context /s.npz --input /q.csv --out /o.csv --weights bayes:l2:0.1 --priors counted --pairs",
            "classify --context /c.csv --label class --input /q.csv --out /o.csv --norm l1 --box -9,9 --epsilon 0.1 --rest",
            "classify --context /c.csv --label class --input /q.csv --out /o.csv --weights standard --box -1e8,1e8 --hijacked"
                    + " --epsilon 0.1",
            "evaluate --tasks normal --count 2 --queries 3 --demonstrations 4 --d-rob 2 --d-vul 2 --epsilons 0,0.5 --seed 3",
            "evaluate --tasks pretraining --features 3 --lambda 0.2 --count 1 --queries 2 --weights standard --json",
            "evaluate --tasks mixture --setting /m.json --count 2 --demonstrations 2,3 --weights mean,bayes:l2:0.1:1",
            "optimum --features 3 --lambda 0.1 --epsilon 0.2 --out /w.npz",
            "optimum --family mixture --setting /m.json --depth 2 --epsilon 0.1 --out /w.npz",
            "phases --out /p.svg --data /p.csv --max-features 5 --lambda 0.3",
            "pretrain --features 2 --epsilon 0.1 --steps 2 --batch 2 --demonstrations 3 --out /w.npz --history /h.csv"
                    + " --checkpoint /k.npz",
            "pretrain --family mixture --setting /m.json --depth 2 --tasks 3 --updates 2 --demonstrations 2 --out /w.npz"
                    + " --checkpoint /k.npz --schedule cosine",
            "report --quick --out /r --data fashion=/none");
    /** Options that take none of {@link #GREAT}: a great deal of work is no error. */
    private static final List<String> LASTING =
            List.of("--count", "--queries", "--steps", "--max-features", "--batch", "--demonstrations", "--depth", "--tasks",
                    "--updates", "--runs");
    private static final List<String> GREAT = List.of("1000000000", "2147483647", "99999", "1e9");
    private static final List<String> VALUES = List.of("", "0", "1", "2", "3", "-1", "-0", "007", "0.1", "0.5", "1e-320", "1e38",
            "1e39", "1e308", "1e309", "-1e300", "NaN", "Infinity", "1f", "0x2", "1,2", "2,1", ",", "0,0.1,0.1", "2147483648",
            "9223372036854775808", "x", "class", "a", "é", "\u0000", "\u001b[1m", "standard", "adversarial", "bayes",
            "bayes:linf:0", "bayes:l2:1e300", "bayes-diagonal:l1:0.1", "linf", "l1", "equal", "counted", "normal", "digits",
            "/c.csv", "/q.csv", "/s.npz", "/m.json", "mean", "/none", "/none/none", "/", "/dev/null");
    private static final List<String> FILES = List.of("c.csv", "q.csv", "s.npz", "m.json");
    private static final List<String> CELLS =
            List.of("", "0", "1e300", "-1e39", "1e-50", "NaN", "x", "\"", "\"\"", "\"a,b\"", "1,1", "0.1000000000000000055", "\n");

    @TempDir
    Path directory;

    private final Map<String, byte[]> whole = new TreeMap<>();

    @Test
    void whateverIsAskedEndsWell() throws Exception {
        prepare();
        long end = System.nanoTime() + 1_000_000_000 * Long.getLong("holdfast.fuzz.seconds", 1);
        long first = Long.getLong("holdfast.fuzz.seed", 1);
        int successes = 0;
        long seed = first;
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            for (; System.nanoTime() < end || seed < first + 100; seed++) {
                Random random = new Random(seed);
                List<String> words = changed(random);
                try {
                    successes += thread.submit(() -> run(words, random)).get(60, TimeUnit.SECONDS) ? 1 : 0;
                } catch (Throwable e) {
                    throw new AssertionError("seed " + seed + ": " + words, e);
                }
            }
        } finally {
            thread.shutdownNow();
        }
        assertTrue(successes > 0 && successes < seed - first, successes + " of " + (seed - first) + " succeeded");
    }

    /** The files that commands read, with a saved state. */
    private void prepare() throws IOException {
        whole.put("c.csv", bytes("a,b,class\n-1.5,0.2,x\n-0.5,-0.1,x\n1.5,0.3,y\n0.5,-0.2,y\n1,0.1,y\n"));
        whole.put("q.csv", bytes("a,b\n0.6,0.1\n-1,0.25\n16777217,0\n"));
        whole.put("m.json", bytes("{\"mu\": [1, -0.5, 0], \"variances\": [1, 2, 0.5], \"epsilon\": 0.25}"));
        restore();
        Launcher.runHere(words(COMMANDS.get(1)).toArray(String[]::new)).successful();
        whole.put("s.npz", Files.readAllBytes(directory.resolve("s.npz")));
    }

    private void restore() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        for (Map.Entry<String, byte[]> file : whole.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (Path file : files()) {
            contents.put(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
        return contents;
    }

    private List<String> words(String command) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ", -1)) {
            words.add(file(word));
        }
        return words;
    }

    private String file(String word) {
        return word.startsWith("/") && !word.startsWith("/dev/") ? directory + word : word.replace("=/", "=" + directory + "/");
    }

    /** A command with options replaced, left out, said twice or taken from another. */
    private List<String> changed(Random random) {
        List<String> words = words(COMMANDS.get(random.nextInt(COMMANDS.size())));
        List<String> others = words(COMMANDS.get(random.nextInt(COMMANDS.size())));
        for (int change = random.nextInt(4); change > 0; change--) {
            int at = 1 + random.nextInt(words.size() - 1);
            switch (random.nextInt(6)) {
                case 0 -> words.add(at, others.get(random.nextInt(others.size())));
                case 1 -> words.add(at, words.get(1 + random.nextInt(words.size() - 1)));
                case 2 -> leaveOut(words, at);
                default -> words.set(at, value(words.get(at - 1), random));
            }
        }
        return words;
    }

    /** A report without what it cannot find would take long. */
    private static void leaveOut(List<String> words, int at) {
        if (words.size() > 2 && !words.getFirst().equals("report")) {
            words.remove(at);
        }
    }

    private String value(String option, Random random) {
        boolean great = random.nextInt(8) == 0 && !LASTING.contains(option);
        List<String> values = great ? GREAT : VALUES;
        return file(values.get(random.nextInt(values.size())));
    }

    /** Whether it succeeds. */
    private boolean run(List<String> words, Random random) throws IOException {
        restore();
        String changed = FILES.get(random.nextInt(FILES.size()));
        if (random.nextInt(3) == 0) {
            Files.write(directory.resolve(changed), damaged(whole.get(changed), changed.endsWith(".csv"), random));
        }
        Files.writeString(directory.resolve("o.csv"), "old");
        Map<String, String> before = contents();
        Launcher.Outcome outcome = Launcher.runHere(words.toArray(String[]::new));
        if (outcome.exit() == 0) {
            assertTrue(outcome.err().matches("|holdfast: no --weights, so learnt by .*\\R"), outcome.err());
            sameAnswersWithOtherLineEnds(words, outcome);
            return true;
        }
        assertEquals(2, outcome.exit(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().startsWith("holdfast: "), outcome.err());
        assertFalse(outcome.err().matches("(?s).*(Exception|Error:|java\\.).*"), outcome.err());
        assertEquals(before, contents());
        return false;
    }

    /** What a spreadsheet makes of a file is read as the file is. */
    private void sameAnswersWithOtherLineEnds(List<String> words, Launcher.Outcome outcome) throws IOException {
        Path answers = directory.resolve("o.csv");
        if (!words.getFirst().equals("classify") || !Files.exists(answers)) {
            return;
        }
        byte[] first = Files.readAllBytes(answers);
        for (String name : List.of("c.csv", "q.csv")) {
            String text = Files.readString(directory.resolve(name), StandardCharsets.ISO_8859_1);
            boolean plain = !text.contains("\"") && !text.contains("\r");
            if (plain) {
                ByteArrayOutputStream windows = new ByteArrayOutputStream();
                windows.writeBytes(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
                windows.writeBytes(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                Files.write(directory.resolve(name), windows.toByteArray());
            }
        }
        Launcher.Outcome again = Launcher.runHere(words.toArray(String[]::new));
        assertEquals(outcome.out().replaceAll("\\d+(\\.\\d+)? m?s", ""), again.out().replaceAll("\\d+(\\.\\d+)? m?s", ""),
                again.err());
        assertArrayEquals(first, Files.readAllBytes(answers));
    }

    private static byte[] damaged(byte[] bytes, boolean csv, Random random) {
        if (csv && random.nextBoolean()) {
            String[] cells = new String(bytes, StandardCharsets.UTF_8).split("(?<=[,\n])|(?=[,\n])");
            cells[random.nextInt(cells.length)] = CELLS.get(random.nextInt(CELLS.size()));
            return bytes(String.join("", cells));
        }
        byte[] other = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int k = random.nextInt(3); k > 0 && other.length > 0; k--) {
            other[random.nextInt(other.length)] = (byte) random.nextInt();
        }
        return other;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
