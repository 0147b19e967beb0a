package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no heap holds is refused in one line before the work begins, whatever the command. */
class MemoryTest {
    @TempDir
    Path directory;

    /** Of sizes that no heap of this machine's is asked for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pretrain --epsilon 0 --out /w --features 46339                 | --features 46339, --batch 1000, --demonstrations 1000 and --threads
            pretrain --epsilon 0 --out /w --features 46340                 | --features = 46340, expected at least 1 and at most 46339
            pretrain --epsilon 0 --out /w --features 2147483647            | --features = 2147483647, expected at least 1 and at most 46339
            pretrain --epsilon 0 --out /w --features 100 --batch 2147483647 | --features 100, --batch 2147483647
            pretrain --epsilon 0 --out /w --features 100 --demonstrations 2147483647 | , --demonstrations 2147483647 and
            pretrain --epsilon 0 --out /w --features 100 --threads 100000  | --threads = 100000, expected at least 1 and at most 1024
            pretrain --out /w --family mixture --setting a1 --depth 2 --tasks 6000000 --epsilon 0 | --depth 2, --tasks 6000000 of 100 features
            pretrain --out /w --family mixture --setting a1 --depth 5000 --threads 1024 | --depth 5000, --tasks 1000 of 100 features and --threads 1024
            evaluate --tasks normal --threads 1025                         | --threads = 1025, expected at least 1 and at most 1024
            evaluate --tasks normal --d-rob 100000000                      | --count 200 tasks of 100000090 features, --demonstrations 1000,
            evaluate --tasks normal --d-rob 2147483647 --d-vul 2147483647  | --count 200 tasks of 4294967294 features
            evaluate --tasks normal --queries 2147483647                   | --queries 2147483647
            evaluate --tasks normal --count 2147483647                     | --count 2147483647 tasks of 100 features
            evaluate --tasks normal --weights bayes:linf:0 --d-irr 100000 --queries 1 --demonstrations 2 | tasks of 100100 features
            evaluate --tasks pretraining --features 2147483647             | --count 200 tasks of 2147483647 features
            optimum --lambda .1 --epsilon .1 --out /w --features 2000000000 | --features = 2000000000, expected at least 1 and at most 46339
            report --quick --threads 100000 --out /w                       | --threads = 100000, expected at least 1 and at most 1024
            """)
    void whatHasNoRoomIsRefused(String arguments, String message) {
        Launcher.runHere(arguments.replace("/w", directory + "/w").split(" ")).isBadUsage(message);
        assertFalse(Files.exists(directory.resolve("w")));
    }

    /** Each class against each other is a classifier of its own. */
    @Test
    void thousandsOfClassesAreRefused() throws IOException {
        int classes = 40_000;
        Path context = directory.resolve("c.csv");
        Files.writeString(context, IntStream.range(0, 2 * classes)
                .mapToObj(n -> n + "," + n % classes)
                .collect(Collectors.joining("\n", "a,class\n", "\n")));
        Files.writeString(directory.resolve("q.csv"), "a\n1\n");
        Launcher.runHere("classify", "--context", context.toString(), "--label", "class", "--input",
                        directory.resolve("q.csv").toString(), "--out", directory.resolve("o.csv").toString())
                .isBadUsage("c.csv: 1 features and 40000 classes, which need ");
    }

    /** The last resort: an error from where nobody looked, in this thread or in another that one waited for. */
    @Test
    void anOutOfMemoryErrorIsOneLine() {
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");
        String sentence = "out of memory, Java heap space, expected less to do or a larger heap than ";
        Launcher.here(() -> Main.exit(() -> {
            throw error;
        })).isBadUsage(sentence);
        Launcher.here(() -> Main.fail(new IllegalStateException(error))).isBadUsage(sentence);
    }
}
