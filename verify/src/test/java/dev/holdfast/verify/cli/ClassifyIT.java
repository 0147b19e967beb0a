package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast classify} in heaps that are small. */
class ClassifyIT {
    @TempDir
    Path directory;

    /** What a run printed. */
    private String run(String heap, String arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Launcher.command(("classify " + arguments).split(" ")))
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().put("HOLDFAST_OPTS", heap);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(out.isEmpty() ? 0 : 2, process.waitFor());
        return out;
    }

    /** A learner without correlations needs sums of features alone. */
    @Test
    void sumsOfPairsAreMadeWhereTheyAreNeeded() throws Exception {
        int d = 8000;
        String names = String.join(",", IntStream.range(0, d).mapToObj(j -> "f" + j).toList());
        String ones = String.join(",", Collections.nCopies(d, "1"));
        Files.writeString(directory.resolve("wide.csv"), names + ",class\n" + ones + ",x\n" + ones.replace("1", "2") + ",x\n" + ones.replace("1", "9")
                + ",y\n");
        Files.writeString(directory.resolve("ask.csv"), names + "\n" + ones + "\n");
        String common = "--context wide.csv --label class --input ask.csv --out answers.csv --weights ";
        assertEquals("", run("-Xmx256m", common + "bayes-diagonal:linf:1"));
        assertTrue(Files.readAllLines(directory.resolve("answers.csv")).get(1).startsWith("x,"));
        for (String more : List.of("bayes:linf:1", "adversarial", "bayes-diagonal:linf:1 --save saved.npz")) {
            String said = run("-Xmx256m", common + more);
            assertTrue(said.startsWith("holdfast: wide.csv: 8000 features and 2 classes, which need 3584 MB, expected at"
                    + " most the heap's "), said);
        }
    }

    /** 20 MB of queries through a heap of 24 MB. */
    @Test
    void queriesStreamInConstantMemory() throws Exception {
        int count = 400_000;
        Files.writeString(directory.resolve("small.csv"), "a,b,class\n1,0,x\n0,1,y\n");
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("many.csv"))) {
            out.write("a,b,comment\n");
            for (int n = 0; n < count; n++) {
                out.write((n & 1) + "," + (1 - (n & 1)) + ",a comment of forty characters, or about so\n"
                        .replace(", or", "; or"));
            }
        }
        assertEquals("", run("-Xmx24m", "--context small.csv --label class --input many.csv --out answers.csv --weights adversarial"));
        List<String> answers = Files.readAllLines(directory.resolve("answers.csv"));
        assertEquals(count + 1, answers.size());
        assertEquals(3, answers.stream().distinct().count());
        assertTrue(answers.get(1).startsWith("y,") && answers.get(2).startsWith("x,"), answers.get(1));
    }
}
