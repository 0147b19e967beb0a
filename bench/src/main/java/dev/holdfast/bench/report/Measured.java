package dev.holdfast.bench.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What JMH wrote of one method at one choice of parameters: microseconds a call, as the median of the forks' medians,
 * with the least and the greatest of them.
 *
 * @param type simple name of the benchmark's class
 * @param method benchmark method
 * @param parameters values by name
 * @param median over forks
 * @param least of the forks
 * @param greatest of the forks
 * @param flags of the forks
 * @param commit what was measured
 * @param bits of the vectors
 * @param machine where and when
 */
record Measured(String type, String method, Map<String, String> parameters, double median, double least,
        double greatest, String flags, String commit, int bits, String machine) {

    /** Everything in the JSON files of a directory. */
    static List<Measured> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Measured> all = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
                        all.add(of(element.getAsJsonObject()));
                    }
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first one of a method whose parameters have these values. */
    static Optional<Measured> find(List<Measured> all, String type, String method, Map<String, String> parameters) {
        return all.stream().filter(m -> m.is(type, method, parameters)).findFirst();
    }

    boolean is(String type, String method, Map<String, String> parameters) {
        return this.type.equals(type) && this.method.equals(method)
                && this.parameters.entrySet().containsAll(parameters.entrySet());
    }

    /** Another method on the same parameters, by vectors of the same width on the same machine, for ratios. */
    Optional<Measured> beside(List<Measured> all, String method) {
        return all.stream()
                .filter(m -> m.bits == bits && m.machine.equals(machine) && m.is(type, method, parameters))
                .findFirst();
    }

    private static Measured of(JsonObject run) {
        String[] name = run.get("benchmark").getAsString().split("\\.");
        Map<String, String> parameters = new TreeMap<>();
        if (run.has("params")) {
            run.getAsJsonObject("params").entrySet().forEach(e -> parameters.put(e.getKey(), e.getValue().getAsString()));
        }
        JsonArray forks = run.getAsJsonObject("primaryMetric").getAsJsonArray("rawData");
        double[] medians = new double[forks.size()];
        for (int i = 0; i < medians.length; i++) {
            medians[i] = median(numbers(forks.get(i).getAsJsonArray()));
        }
        String flags = run.getAsJsonArray("jvmArgs").asList().stream()
                .map(JsonElement::getAsString)
                .collect(Collectors.joining(" "));
        return new Measured(name[name.length - 2], name[name.length - 1], parameters, median(medians),
                Arrays.stream(medians).min().orElseThrow(), Arrays.stream(medians).max().orElseThrow(),
                flags, run.get("commit").getAsString(), run.get("bits").getAsInt(), run.get("machine").getAsString());
    }

    private static double[] numbers(JsonArray array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsDouble();
        }
        return values;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    int number(String parameter) {
        return Integer.parseInt(parameters.get(parameter));
    }
}
