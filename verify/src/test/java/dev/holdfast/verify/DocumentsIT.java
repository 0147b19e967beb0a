package dev.holdfast.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents promise names the tests that hold it, which are there. */
class DocumentsIT {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))`|`(\\.ci/\\w+)`");

    @ParameterizedTest
    @ValueSource(strings = {"../README.md", "README.md"})
    void everyTestThatIsNamedIsThere(String document) throws IOException {
        Set<String> there;
        try (var files = Files.walk(Path.of("src/test/java"))) {
            there = files.map(file -> file.getFileName().toString().replaceFirst("\\.java$", "")).collect(Collectors.toSet());
        }
        Set<String> missing = new TreeSet<>();
        var named = NAMED.matcher(Files.readString(Path.of(document)));
        int count = 0;
        for (; named.find(); count++) {
            boolean found = named.group(1) != null
                    ? there.contains(named.group(1))
                    : Files.isExecutable(Path.of("..", named.group(2)));
            if (!found) {
                missing.add(named.group());
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(count > 0);
    }
}
