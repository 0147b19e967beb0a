package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all commands have in common, in this JVM: options, what they print, and errors. */
class CommandsTest {
    @TempDir
    Path directory;

    /** Nothing that is given is passed over, and a number is a decimal. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evaluate --tasks digits --seed 2             | --seed = 2, expected it with --tasks normal or pretraining or mixture alone, not with digits
            evaluate --tasks digits --count 2            | --count = 2, expected it with --tasks normal or pretraining
            evaluate --tasks digits --queries 2          | --queries = 2, expected it with --tasks normal or pretraining
            evaluate --tasks digits --data .             | --data = ., expected it with --tasks idx or cifar10 alone
            evaluate --tasks normal --data .             | --data = ., expected it with --tasks idx or cifar10 alone
            evaluate --tasks normal --features 2         | --features = 2, expected it with --tasks pretraining alone
            evaluate --tasks normal --lambda .1          | --lambda = .1, expected it with --tasks pretraining alone
            evaluate --tasks pretraining --d-rob 10      | --d-rob = 10, expected it with --tasks normal alone
            evaluate --tasks pretraining --d-vul 1       | --d-vul = 1, expected it with --tasks normal alone
            evaluate --tasks idx --data . --d-irr 1      | --d-irr = 1, expected it with --tasks normal alone
            evaluate --tasks idx --data . --alpha 1      | --alpha = 1, expected it with --tasks normal alone
            evaluate --tasks cifar10 --data . --beta 1   | --beta = 1, expected it with --tasks normal alone
            evaluate --tasks cifar10 --data . --gamma 1  | --gamma = 1, expected it with --tasks normal alone
            evaluate --tasks digits --setting a1         | --setting = a1, expected it with --tasks mixture alone, not with digits
            evaluate --tasks mixture                     | --setting is missing, expected a1 or a file {"mu"
            evaluate --tasks mixture --setting a1 --queries 3 | --queries = 3, expected it with --tasks normal or pretraining alone, not with mixture
            evaluate --tasks mixture --setting a1 --features 3 | --features = 3, expected it with --tasks pretraining alone
            evaluate --tasks mixture --setting none      | none: no such file, expected a1 or a file
            evaluate --tasks mixture --setting a1 --demonstrations 10,10 | --demonstrations = 10,10, expected at least one number, and each once
            evaluate --tasks mixture --setting a1 --demonstrations 10,0 | --demonstrations = 0, expected at least 1
            evaluate --tasks normal --demonstrations 10,20 | --demonstrations = 10,20, expected one number
            evaluate --tasks digits --weights bayes:l2:1:0 | --weights = bayes:l2:1:0, expected standard
            evaluate --tasks digits --weights bayes:l2:1:1:1 | --weights = bayes:l2:1:1:1, expected standard
            evaluate --tasks digits --epsilons ,         | --epsilons has no number, expected at least one
            evaluate --tasks digits --weights ,          | --weights = , expected at least one learner
            evaluate --tasks digits --weights standard,standard | --weights = standard,standard, expected at least one learner, and each once
            evaluate --tasks digits --epsilons 0,1f      | '1f' is not a decimal number
            evaluate --tasks digits --weights bayes:linf:0x1p-3 | --weights = bayes:linf:0x1p-3, expected standard
            evaluate --tasks digits --weights bayes:linf:1d | --weights = bayes:linf:1d, expected standard
            evaluate --tasks normal --alpha 0x1p3        | '0x1p3' is not a decimal number
            optimum --features 2 --lambda 1 --epsilon 0 --depth 2 | --depth = 2, expected it with --family mixture alone, not with pretraining
            optimum --features 2 --lambda 1 --epsilon 0 --setting a1 | --setting = a1, expected it with --family mixture alone
            optimum --family mixture --setting a1 --features 2 | --features = 2, expected it with --family pretraining alone, not with mixture
            optimum --family mixture --setting a1 --lambda 1 | --lambda = 1, expected it with --family pretraining alone
            optimum --family mixture                     | --setting is missing, expected it with --family mixture
            optimum --family both                        | --family = both, expected pretraining or mixture
            optimum --lambda 1 --epsilon 0               | --features is missing, expected it with --family pretraining
            optimum --family mixture --setting none      | none: no such file, expected a1 or a file
            optimum --family mixture --setting a1 --depth 0 | --depth = 0, expected at least 1 and at most 100
            optimum --family mixture --setting a1 --depth 1,101 | --depth = 101, expected at least 1 and at most 100
            optimum --family mixture --setting a1 --depth 1,1 | --depth = 1,1, expected at least one number, and each once
            optimum --family mixture --setting a1 --depth 1,2 --out o.npz | --out = o.npz, expected it with one --depth alone, not with 1,2
            optimum --family mixture --setting a1 --epsilon 1 | ε√d = 10.0 of ε = 1.0, expected less than ‖μ‖₂
            optimum --features 2 --lambda NaN --epsilon 0 | 'NaN' is not a decimal number
            optimum --features 2 --lambda 1d --epsilon 0 | '1d' is not a decimal number
            optimum --features 0x2 --lambda 1 --epsilon 0 | '0x2' is not an int
            pretrain --out w --features 2 --epsilon 1f   | '1f' is not a decimal number
            pretrain --out w --epsilon 0                 | --features is missing, expected it with --family pretraining
            pretrain --out w --features 2                | --epsilon is missing, expected it with --family pretraining
            pretrain --out w --features 2 --epsilon 0 --depth 2 | --depth = 2, expected it with --family mixture alone, not with pretraining
            pretrain --out w --features 2 --epsilon 0 --runs 2 | --runs = 2, expected it with --family mixture alone
            pretrain --out w --features 2 --epsilon 0 --schedule cosine | --schedule = cosine, expected it with --family mixture
            pretrain --out w --family both               | --family = both, expected pretraining or mixture
            pretrain --out w --family mixture --depth 2  | --setting is missing, expected it with --family mixture
            pretrain --out w --family mixture --setting a1 | --depth is missing, expected it with --family mixture
            pretrain --out w --family mixture --setting a1 --depth 0 | --depth = 0, expected at least 1
            pretrain --out w --family mixture --setting a1 --depth 2147483647 | depth = 2147483647 of d = 100 features
            pretrain --out w --family mixture --setting a1 --depth 2 --steps 9 | --steps = 9, expected it with --family pretraining alone
            pretrain --out w --family mixture --setting a1 --depth 2 --batch 9 | --batch = 9, expected it with --family pretraining
            pretrain --out w --family mixture --setting a1 --depth 2 --learning-rate 1 | --learning-rate = 1, expected it with
            pretrain --out w --family mixture --setting a1 --depth 2 --tasks 0 | --tasks = 0, expected at least 1
            pretrain --out w --family mixture --setting a1 --depth 2 --tasks 2147483647 | tasks = 2147483647 of d = 100 features
            pretrain --out w --family mixture --setting a1 --depth 2 --updates 0 | --updates = 0, expected at least 1
            pretrain --out w --family mixture --setting a1 --depth 2 --demonstrations 0 | --demonstrations = 0, expected at least 1
            pretrain --out w --family mixture --setting a1 --depth 2 --runs 1001 | --runs = 1001, expected at least 1 and at most 1000
            pretrain --out w --family mixture --setting a1 --depth 2 --schedule step | --schedule = step, expected constant or cosine
            pretrain --out w --family mixture --setting a1 --depth 2 --epsilon -1 | --epsilon = -1.0, expected a finite number, at least 0
            pretrain --out no/w --family mixture --setting a1 --depth 2 | --out = no/w, expected a file that can be
            pretrain --out w --family mixture --setting none --depth 2 | none: no such file, expected a1 or a file
            pretrain --out w --history w --family mixture --setting a1 --depth 2 | --history = w, expected another file than that of --out
            pretrain --out w --history w --family mixture --setting a1 --depth 2 --runs 2 | --history = w-1, expected another file
            phases --out p --lambda Infinity             | 'Infinity' is not a decimal number
            classify --context c --label l --rest --rest --input q --out o | expected only one match
            classify --context c --label l --input q --out o --epsilon 1f | '1f' is not a decimal number
            classify --context c --label l --input q --out o --box 0,0x1  | '0x1' is not a decimal number
            """)
    void badOptionsAreNamed(String arguments, String message) {
        Launcher.runHere(arguments.split(" ")).isBadUsage(message);
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() {
        Launcher.runHere("evaluate", "--tasks", "idx", "--data", "a\0")
                .isBadUsage("'a\\u0000' is no name of a file: Nul character not allowed");
    }

    /** A deviation over one task is none. */
    @Test
    void oneTaskHasNoDeviation() {
        String out = Launcher.runHere(
                        "evaluate --tasks normal --count 1 --queries 3 --d-rob 2 --d-vul 2 --epsilons 0,0.5".split(" "))
                .successful();
        assertFalse(out.contains("NaN") || out.contains("±"), out);
        String line = "  (standard|adversarial) +[01]\\.\\d{4} +[01]\\.\\d{4} *";
        assertEquals(2, out.lines().filter(each -> each.matches(line)).count(), out);
    }

    @Test
    void everyEpsilonIsPrintedAsItIs() {
        String out = Launcher.runHere(("evaluate --tasks normal --count 1 --queries 3 --d-rob 2 --d-vul 2"
                + " --weights standard --epsilons 0,3,0.5,1e30").split(" ")).successful();
        assertTrue(out.lines().toList().getFirst().matches("normal, ε = +0 +3 +0\\.5 +1\\.0E30 *"), out);
    }

    /** A word that begins with @ is itself. */
    @Test
    void noWordIsAFileOfWords() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), "--tasks digits");
        Launcher.runHere("evaluate", "@" + words).isBadUsage("--tasks");
    }

    /** What a terminal would obey is written out, in errors and in tables. */
    @Test
    void controlCharactersAreEscaped() throws IOException {
        String o = directory.resolve("o").toString();
        Launcher.runHere("classify", "--context", "a\u001b[31m\u0000b\nc\u202e", "--label", "l", "--input", "q",
                        "--out", o)
                .isBadUsage("a\\u001b[31m\\u0000b\\u000ac\\u202e");
        String label = "\"x\u001b[31m\n\"";
        String c = directory.resolve("c.csv").toString();
        Files.writeString(Path.of(c), "a,class\n-1," + label + "\n-2," + label + "\n1,y\n2,y\n");
        String out = Launcher.runHere("classify", "--context", c, "--label", "class", "--input", c, "--out", o,
                        "--weights", "adversarial")
                .successful();
        assertTrue(out.lines().toList().get(1).startsWith("x\\u001b[31m\\u000a "), out);
        String q = directory.resolve("q.csv").toString();
        Files.writeString(Path.of(q), "a\n\"1\u001b\n2\"\n");
        Launcher.runHere("classify", "--context", c, "--label", "class", "--input", q, "--out", o, "--weights",
                        "adversarial")
                .isBadUsage("'1\\u001b 2', expected a finite number");
    }

    /** Where there is no room for what is printed, or for an output. */
    @Test
    void aFullDeviceIsAnError() throws IOException {
        PrintStream out = System.out;
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"))) {
            Launcher.here(() -> {
                System.setOut(full);
                try {
                    return Main.run("optimum", "--features", "2", "--lambda", "0.1", "--epsilon", "0");
                } finally {
                    System.setOut(out);
                }
            }).isBadUsage("standard output is closed or full, expected room for all that is printed");
        }
        Launcher.runHere("optimum", "--features", "2", "--lambda", "0.1", "--epsilon", "0", "--out", "/dev/full")
                .isBadUsage("/dev/full: No space left on device, expected a file that can be written whole");
        Launcher.runHere("phases", "--out", "/dev/full", "--max-features", "3")
                .isBadUsage("--out = /dev/full, expected a file that can be written whole: No space left on device");
    }
}
