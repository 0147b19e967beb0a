package dev.holdfast.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No program of ours asks what time it is: a clock that goes backwards changes nothing. Durations are System.nanoTime's. */
class ClocksTest {
    private static final Pattern CLOCK = Pattern.compile("currentTimeMillis|\\b(?:Instant|LocalDate|LocalTime|LocalDateTime|"
            + "ZonedDateTime|OffsetDateTime|Year|Clock)\\.(?:now|system)|new Date\\(|Calendar|LastModifiedTime|lastModified");

    @Test
    void nobodyAsksTheClockOfTheWall() throws IOException {
        Path root = Path.of(System.getProperty("basedir")).getParent();
        Set<String> found = new TreeSet<>();
        int sources = 0;
        for (String module : List.of("kernel", "model", "verify")) {
            try (var files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    sources++;
                    for (String clock : CLOCK.matcher(Files.readString(file)).results().map(MatchResult::group).toList()) {
                        found.add(file.getFileName() + ": " + clock);
                    }
                }
            }
        }
        assertTrue(sources > 100, sources + " sources");
        // whether a data set's files are those of before, be they younger or older
        assertEquals(Set.of("PartKey.java: LastModifiedTime"), found);
    }
}
