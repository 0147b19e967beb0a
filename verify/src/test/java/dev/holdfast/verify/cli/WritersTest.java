package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@link Writer} lists each option that names a file to write. */
class WritersTest {
    /** What is read alone. */
    private static final Set<String> READ =
            Set.of("classify --context", "classify --input", "evaluate --data", "report --data");

    @Test
    void everyOptionThatNamesAFileIsReadOrWritten() {
        Set<String> named = new TreeSet<>();
        for (Class<?> type : Main.COMMANDS) {
            CommandLine command = new CommandLine(type);
            for (OptionSpec option : command.getCommandSpec().options()) {
                boolean isFile = option.type() == Path.class || Set.of(option.auxiliaryTypes()).contains(Path.class);
                if (isFile) {
                    named.add(command.getCommandName() + " " + option.longestName());
                }
            }
        }
        Set<String> listed = new TreeSet<>(READ);
        for (Writer writer : Writer.values()) {
            for (String option : writer.options()) {
                assertTrue(String.join(" ", writer.words(0, Path.of("d"))).contains(" " + option + " d/"), option);
                listed.add(writer.command() + " " + option);
            }
        }
        assertEquals(listed, named);
    }
}
