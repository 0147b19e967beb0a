package dev.holdfast.verify.data;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.holdfast.model.GaussianMixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Settings of Gaussian mixtures: the word {@code a1}, that of the paper's experiments, or a file of JSON in UTF-8, an
 * object of three keys: {@code mu}, μ; {@code variances}, Σ's diagonal, as many numbers; {@code epsilon}, ε.
 */
public final class MixtureFile {
    /** What a setting may be, for help and errors. */
    public static final String NAMES = "a1 or a file {\"mu\": […], \"variances\": […], \"epsilon\": …}";

    private static final String A1 = "a1";
    private static final String MU = "mu";
    private static final String VARIANCES = "variances";
    private static final String EPSILON = "epsilon";

    private final Path file;
    private final Set<String> seen = new HashSet<>();
    private double[] mu;
    private double[] variances;
    private double epsilon;

    private MixtureFile(Path file) {
        this.file = file;
    }

    /** The file that a setting is, {@code null} for the one that ships inside. */
    public static Path file(String setting) {
        try {
            return setting.equals(A1) ? null : Path.of(setting);
        } catch (InvalidPathException e) {
            throw new DataException(setting + ": " + e.getReason() + ", expected " + NAMES, e);
        }
    }

    /**
     * The mixture of a setting.
     *
     * @throws DataException if the file is missing or not what it should be; it names the file, the key and its value
     */
    public static GaussianMixture load(String setting) {
        Path file = file(setting);
        return file == null ? GaussianMixture.a1() : new MixtureFile(file).load();
    }

    private GaussianMixture load() {
        try (BufferedReader text = Files.newBufferedReader(file);
                JsonReader json = new JsonReader(text)) {
            json.setStrictness(Strictness.STRICT);
            read(json);
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": no such file, expected " + NAMES, e);
        } catch (MalformedJsonException e) {
            // the second line is a link to the library's pages
            throw new DataException(file + ": " + e.getMessage().lines().findFirst().orElseThrow(), e);
        } catch (IOException e) {
            throw new DataException(file + ": " + ImageFiles.reason(e) + ", expected " + NAMES, e);
        }
        return mixture();
    }

    private void read(JsonReader json) throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            throw bad("the file's value", json, "an object of mu, variances and epsilon");
        }
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (!seen.add(key)) {
                throw new DataException(file + ": the key " + key + " stands there twice, expected it once");
            }
            switch (key) {
                case MU -> mu = numbers(MU, json);
                case VARIANCES -> variances = numbers(VARIANCES, json);
                case EPSILON -> epsilon = number(EPSILON, json);
                default -> throw new DataException(file + ": the key " + key
                        + ", expected mu, variances and epsilon alone");
            }
        }
        json.endObject();
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw bad("after the object", json, "the end of the file");
        }
    }

    private double[] numbers(String key, JsonReader json) throws IOException {
        if (json.peek() != JsonToken.BEGIN_ARRAY) {
            throw bad(key, json, "an array of numbers");
        }
        json.beginArray();
        double[] numbers = new double[16];
        int count = 0;
        while (json.hasNext()) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count] = number(key + "[" + count + "]", json);
            count++;
        }
        json.endArray();
        return Arrays.copyOf(numbers, count);
    }

    private double number(String key, JsonReader json) throws IOException {
        if (json.peek() != JsonToken.NUMBER) {
            throw bad(key, json, "a number");
        }
        String text = json.nextString();
        try {
            return Decimals.toDouble(text);
        } catch (NumberFormatException e) {
            throw new DataException(file + ": " + key + " = " + text + ", expected a number that a double can hold", e);
        }
    }

    private DataException bad(String key, JsonReader json, String expected) throws IOException {
        String found = switch (json.peek()) {
            case STRING -> '"' + json.nextString() + '"';
            case NUMBER -> json.nextString();
            case BOOLEAN -> Boolean.toString(json.nextBoolean());
            case NULL -> "null";
            case BEGIN_ARRAY -> "an array";
            case BEGIN_OBJECT -> "an object";
            default -> "nothing";
        };
        return new DataException(file + ": " + key + " = " + found + ", expected " + expected);
    }

    private GaussianMixture mixture() {
        for (String key : new String[] {MU, VARIANCES, EPSILON}) {
            if (!seen.contains(key)) {
                throw new DataException(file + ": the key " + key + " is missing, expected " + NAMES);
            }
        }
        if (mu.length == 0) {
            throw new DataException(file + ": mu has no number, expected at least 1");
        }
        if (variances.length != mu.length) {
            throw new DataException(file + ": variances has " + variances.length + " numbers, expected as many as mu: "
                    + mu.length);
        }
        try {
            return GaussianMixture.of(mu, variances, epsilon);
        } catch (IllegalArgumentException e) {
            // the model's name of μ
            throw new DataException(file + ": " + e.getMessage().replaceFirst("^mean\\[", "mu["), e);
        }
    }
}
