package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.attacks.OneForAllLibrary;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code holdfast attacks}: its tables, another library in them, and what it refuses. */
class AttacksCommandTest {
    @Test
    void tablesHaveARowForEachPromiseAndEachConstruction() {
        Launcher.Outcome outcome =
                Launcher.runHere("attacks", "--answers", "60", "--library", OneForAllLibrary.class.getName());
        outcome.successful();
        List<String> rows = outcome.out().lines().filter(line -> line.contains("| one for all |")).toList();
        assertEquals(13 + 13, rows.size());
        for (String row : rows) {
            // a class that nobody has looked at is wrong about every second time
            assertTrue(Long.parseLong(row.split("\\|")[4].strip()) > 0, row);
        }
    }

    @Test
    void refusals() {
        Launcher.runHere("attacks", "--answers", "0").isBadUsage("--answers = 0, expected at least 1");
        Launcher.runHere("attacks", "--library", "java.lang.String")
                .isBadUsage("--library = java.lang.String, expected naive float, naive double, holdfast, or a public");
        Launcher.runHere("attacks", "--library", "nothing.Here")
                .isBadUsage("--library = nothing.Here, expected naive float, naive double, holdfast, or a public class");
    }
}
