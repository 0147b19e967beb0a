package dev.holdfast.verify.experiments;

import dev.holdfast.verify.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * All that a finding depends on: a part that was kept under another key is stale.
 *
 * @param code a checksum of this program's classes
 * @param data by name, the data set's files with their sizes and times of change
 */
record PartKey(String code, boolean quick, int tasks, int demonstrations, int queries, long seed,
        Map<String, String> data) {
    private static final String MODULES = "dev.holdfast";

    static PartKey of(Scale scale) throws IOException {
        Map<String, String> data = new TreeMap<>();
        for (Map.Entry<String, Path> entry : scale.data().entrySet()) {
            data.put(entry.getKey(), files(entry.getValue()));
        }
        return new PartKey(checksum(), scale.quick(), scale.tasks(), scale.demonstrations(), scale.queries(),
                scale.seed(), data);
    }

    private static String files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new DataException(directory + ": not a directory, expected the directory of a data set");
        }
        try (Stream<Path> files = Files.walk(directory, 2)) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                text.append(directory.relativize(file)).append(' ').append(Files.size(file)).append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis()).append('\n');
            }
            return text.toString();
        }
    }

    private static String checksum() throws IOException {
        CRC32 sum = new CRC32();
        List<ResolvedModule> modules = PartKey.class.getModule().getLayer().configuration().modules().stream()
                .filter(module -> module.name().startsWith(MODULES))
                .sorted(Comparator.comparing(ResolvedModule::name))
                .toList();
        for (ResolvedModule module : modules) {
            try (ModuleReader reader = module.reference().open();
                    Stream<String> names = reader.list()) {
                for (String name : names.filter(each -> each.endsWith(".class")).sorted().toList()) {
                    try (InputStream in = reader.open(name).orElseThrow()) {
                        sum.update(in.readAllBytes());
                    }
                }
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
