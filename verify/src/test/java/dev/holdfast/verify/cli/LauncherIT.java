package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, wherever they lie and whatever the shell's variables say. */
class LauncherIT {
    @TempDir
    Path directory;

    /** Of a script in ASCII, whose $0 is the launcher: stdout, stderr and the exit code. */
    private String bash(String launcher, Map<String, String> environment, String script) throws Exception {
        String all = "{ " + script + "; } 2>err; code=$?; cat err; echo $code";
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", all, launcher).directory(directory.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return out;
    }

    /** In a directory with a colon, with variables that the JVM would announce, and in a locale of ASCII. */
    @Test
    void noPlaceAndNoLocaleIsInTheWay() throws Exception {
        Path installed = Path.of(Launcher.command().getFirst()).toRealPath().getParent().resolveSibling("lib");
        Path launcher = directory.resolve("a:b c/bin/holdfast");
        Files.createDirectories(launcher.getParent());
        Files.copy(Path.of(Launcher.command().getFirst()), launcher);
        Path lib = Files.createDirectory(directory.resolve("a:b c/lib"));
        try (Stream<Path> jars = Files.list(installed)) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        String script = """
                printf 'a,class\\n1,\\303\\274\\n2,\\303\\274\\n-1,x\\n-2,x\\n' >$'\\303\\251.csv'
                "$0" classify --context <(cat $'\\303\\251.csv') --label class --input $'\\303\\251.csv' \
                    --out $'\\303\\266' --weights adversarial | sed 's/  */ /g'
                cat $'\\303\\266'
                """;
        String out = bash(launcher.toString(),
                Map.of("JAVA_TOOL_OPTIONS", "-Dx=1", "JDK_JAVA_OPTIONS", "-Dy=2", "LC_ALL", "C"), script.strip());
        List<String> lines = out.lines().toList();
        assertEquals(List.of("class queries clean", "ü 2 1.0000", "x 2 1.0000", "all 4 1.0000",
                "predicted,score,radius"), lines.subList(0, 5), out);
        assertTrue(lines.get(5).startsWith("ü,") && lines.get(8).startsWith("x,"), out);
        assertEquals("0", lines.get(9), out);
        assertEquals(10, lines.size(), out);
    }

    /** And nothing that is printed ends in a file. */
    @Test
    void aClosedStreamIsAnError() throws Exception {
        String out = bash(Launcher.command().getFirst(), Map.of(),
                "\"$0\" random >/dev/full; \"$0\" optimum --features 2 --lambda .1 --epsilon .1 --out w.npz >&-");
        String said = "holdfast: standard output is closed or full, expected room for all that is printed\n";
        assertEquals(said + said + "2\n", out);
    }

    /** They cannot both be run here: the same program, the same options. */
    @Test
    void theLauncherForWindowsStartsTheSame() throws IOException {
        Path bin = Path.of(Launcher.command().getFirst()).getParent();
        String shell = Files.readString(bin.resolve("holdfast"));
        String windows = Files.readString(bin.resolve("holdfast.cmd"));
        for (String part : List.of(" -Xmx\\w+ ", " --module [\\w./]+ ", "HOLDFAST_OPTS", "--module-path")) {
            assertEquals(Pattern.compile(part).matcher(shell).results().map(r -> r.group()).toList().getLast(),
                    Pattern.compile(part).matcher(windows).results().map(r -> r.group()).toList().getLast());
        }
        assertTrue(windows.lines().count() <= 10 && windows.replace("\r\n", "").indexOf('\n') < 0);
    }
}
