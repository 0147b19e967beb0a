package dev.holdfast.verify.model;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.archive.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** What {@link WeightsCrashTest} and {@link AtomicFileTest} do to a file in a JVM of its own; see the tests. */
final class WeightsProgram {
    private WeightsProgram() {}

    /** One of two transformers of 150 features whose files are 90 KB: writing takes longer than the rest. */
    static LinearTransformer transformer(int number) {
        int d = 150;
        Random random = new Random(number);
        return LinearTransformer.of(ClassifierPropertyTest.reals(random, 1, d + 1)[0],
                ClassifierPropertyTest.reals(random, 1, (d + 1) * d)[0]);
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "forever" -> forever(file);
            case "limits" -> limits(file);
            case "wide" -> wide(file);
            case "write" -> AtomicFile.replace(file, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void forever(Path file) throws IOException {
        for (int n = 0; true; n++) {
            transformer(n % 2).save(file);
            System.out.println("saved");
        }
    }

    /** Under a limit of 0, 1, 2, … bytes a file, until one is enough. */
    private static void limits(Path file) throws Exception {
        LinearTransformer.standard(1).save(file);
        byte[] old = Files.readAllBytes(file);
        int limit = 0;
        while (!saves(file, limit)) {
            try (var files = Files.list(file.toAbsolutePath().getParent())) {
                if (files.count() != 1 || !Arrays.equals(old, Files.readAllBytes(file))) {
                    throw new IllegalStateException("after " + limit + " bytes the old file is not alone and whole");
                }
            }
            limit++;
        }
        System.out.println("needs " + limit + " has " + Files.size(file));
    }

    private static boolean saves(Path file, int limit) throws Exception {
        String self = Long.toString(ProcessHandle.current().pid());
        Process process = new ProcessBuilder("prlimit", "--pid", self, "--fsize=" + limit + ":").inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("prlimit failed");
        }
        try {
            LinearTransformer.adversarial(1).save(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void wide(Path file) throws IOException {
        int d = 8000;
        LinearTransformer.adversarial(d).save(file);
        LinearTransformer loaded = LinearTransformer.load(file);
        Rows x = Rows.copyOf(ClassifierPropertyTest.reals(new Random(3), 3, d));
        int[] y = {1, -1, 1};
        float[] expected = LinearTransformer.adversarial(d).learn(x, y).weights();
        System.out.println("the same: " + Arrays.equals(expected, loaded.learn(x, y).weights()));
    }
}
