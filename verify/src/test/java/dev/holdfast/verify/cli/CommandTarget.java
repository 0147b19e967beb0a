package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.fuzz.Parts;
import dev.holdfast.verify.fuzz.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Small commands: the words, one a line, and in further parts files that they may read. Each ends soon: with exit code 0, or
 * with 2, one line there and every file as it was. Line ends and a byte order mark change no answer.
 */
public final class CommandTarget implements Target {
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
    private static final Map<String, String> FILES = Map.of(
            "c.csv", "a,b,class\n-1.5,0.2,x\n-0.5,-0.1,x\n1.5,0.3,y\n0.5,-0.2,y\n1,0.1,y\n",
            "q.csv", "a,b\n0.6,0.1\n-1,0.25\n16777217,0\n",
            "m.json", "{\"mu\": [1, -0.5, 0], \"variances\": [1, 2, 0.5], \"epsilon\": 0.25}");
    private static final String STATE = "s.npz";
    /** Numbers between these say that there is more to do than an input has time for, which is no error. */
    private static final long SMALL = 8;

    private static final long REFUSED = 1L << 48;
    private static final int MOST_WORDS = 40;
    private static final Pattern INTERNAL = Pattern.compile("Exception|Error:|java\\.");

    private final Map<String, byte[]> whole = new TreeMap<>();
    private Path directory;

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String command : COMMANDS) {
            List<byte[]> parts = new ArrayList<>(List.of(bytes(command.replace(' ', '\n'))));
            for (Map.Entry<String, String> file : new TreeMap<>(FILES).entrySet()) {
                if (command.contains("/" + file.getKey())) {
                    parts.add(Parts.headed(file.getKey(), bytes(file.getValue())));
                }
            }
            seeds.add(Parts.join(parts));
        }
        return seeds;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void feed(byte[] input) throws Exception {
        prepare();
        List<byte[]> parts = Parts.split(input);
        List<String> words = words(new String(parts.getFirst(), StandardCharsets.UTF_8));
        if (takesLong(words)) {
            return;
        }
        restore();
        for (byte[] part : parts.subList(1, parts.size())) {
            if (whole.containsKey(Parts.line(part))) {
                Files.write(directory.resolve(Parts.line(part)), Parts.behindLine(part));
            }
        }
        Files.writeString(directory.resolve("o.csv"), "old");
        run(words, INTERNAL.matcher(new String(input, StandardCharsets.ISO_8859_1)).find());
    }

    /** The files that commands read, with a saved state. */
    private void prepare() throws IOException {
        if (directory == null) {
            directory = Files.createDirectories(Path.of("fuzzed-files", "commands").toAbsolutePath());
            FILES.forEach((name, text) -> whole.put(name, bytes(text)));
            restore();
            Launcher.runHere(words(COMMANDS.get(1).replace(' ', '\n')).toArray(String[]::new)).successful();
            whole.put(STATE, Files.readAllBytes(directory.resolve(STATE)));
        }
    }

    private void restore() throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path left : found.sorted((a, b) -> b.compareTo(a)).toList()) {
                if (!left.equals(directory)) {
                    Files.delete(left);
                }
            }
        }
        for (Map.Entry<String, byte[]> file : whole.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private List<String> words(String lines) {
        return Stream.of(lines.split("\n", -1)).map(this::word).toList();
    }

    /** A slash that begins a word, or its value behind the first sign of equality, is the directory; no other way leads out. */
    private String word(String line) {
        int at = line.startsWith("/") ? 0 : line.indexOf("=/") + 1;
        String word = line.replace('/', '_').replace("..", "__");
        return line.startsWith("/") || at > 0 ? word.substring(0, at) + directory + "/" + word.substring(at + 1) : word;
    }

    /** Also what this JVM cannot do where it has no modules, which a fuzzer does not instrument. */
    private boolean takesLong(List<String> words) {
        String command = words.getFirst();
        boolean modular = Main.class.getModule().isNamed();
        if (!modular && (command.equals("report") || words.contains("--version") || words.contains("-V"))) {
            return true;
        }
        int data = words.indexOf("--data");
        boolean isWhole = command.equals("report")
                && !(data > 0 && words.size() > data + 1 && words.get(data + 1).equals("fashion=" + directory + "/none"));
        return isWhole || command.equals("random") || words.contains("digits") || words.size() > MOST_WORDS
                || words.stream().flatMap(word -> Stream.of(word.split("[,:=]", -1))).anyMatch(CommandTarget::isMuch);
    }

    private static boolean isMuch(String word) {
        for (ToLongFunction<String> reading : List.<ToLongFunction<String>>of(Long::parseLong, Long::decode)) {
            try {
                long number = Math.abs(reading.applyAsLong(word));
                if (number > SMALL && number < REFUSED) {
                    return true;
                }
            } catch (NumberFormatException e) {
                // none
            }
        }
        return false;
    }

    /** @param says whether the input itself has what no message should have of its own */
    private void run(List<String> words, boolean says) throws IOException {
        Map<String, String> before = contents();
        Launcher.Outcome outcome = Launcher.runHere(words.toArray(String[]::new));
        if (outcome.exit() == 0) {
            assertTrue(outcome.err().matches("|holdfast: no --weights, so learnt by .*\\R"), outcome.err());
            sameAnswersWithOtherLineEnds(words, outcome);
            return;
        }
        assertEquals(2, outcome.exit(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().startsWith("holdfast: "), outcome.err());
        assertTrue(says || !INTERNAL.matcher(outcome.err()).find(), outcome.err());
        assertEquals(before, contents());
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
}
