package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No option's file destroys another's, and what cannot be written is known before the work. */
class UsedFilesTest {
    private static final String CONTEXT = "a,class\n-1,x\n-2,x\n1,y\n2,y\n";
    private static final String QUERIES = "a\n5\n";

    @TempDir
    Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(directory.resolve("c.csv"), CONTEXT);
        Files.writeString(directory.resolve("q.csv"), QUERIES);
        Files.createFile(directory.resolve("n.npz"));
        Files.createDirectory(directory.resolve("d"));
        Files.createSymbolicLink(directory.resolve("soft"), Path.of("q.csv"));
        Files.createLink(directory.resolve("hard"), directory.resolve("q.csv"));
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("d/new"));
        Files.createSymbolicLink(directory.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(directory.resolve("e"), Path.of("d"));
    }

    /** A file's name begins with a slash, which is that of the directory. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classify --context /c.csv --label class --input /q.csv --out /q.csv               | --out = /q.csv, expected another file than that of --input
            classify --context /c.csv --label class --input /q.csv --out /c.csv               | --out = /c.csv, expected another file than that of --context
            classify --context /c.csv --label class --input /q.csv --out /d/../q.csv          | --out = /d/../q.csv, expected another file than that of --input
            classify --context /c.csv --label class --input /q.csv --out /soft                | --out = /soft, expected another file than that of --input
            classify --context /c.csv --label class --input /soft --out /hard                 | --out = /hard, expected another file than that of --input
            classify --context /c.csv --label class --input /q.csv --out /o --save /o         | --save = /o, expected another file than that of --out
            classify --context /c.csv --label class --input /q.csv --out /d/new --save /e/new | --save = /e/new, expected another file than that of --out
            classify --context /c.csv --label class --input /q.csv --out /dangling --save /d/new | --save = /d/new, expected another file than that of --out
            classify --context /c.csv --label class --input /q.csv --weights /n.npz --out /n.npz | --out = /n.npz, expected another file than that of --weights
            classify --context /c.csv --label class --input /q.csv --out /d                   | --out = /d, expected a file that can be written
            classify --context /c.csv --label class --input /q.csv --out /o --save /e         | --save = /e, expected a file that can be written
            classify --context /c.csv --label class --input /q.csv --out /c.csv/o             | --out = /c.csv/o, expected a file that can be written
            classify --context /c.csv --label class --input /q.csv --out /self                | --out = /self, expected a file that can be written
            classify --context /c.csv --label class --input /no.csv --out /o                  | /no.csv: no such file, expected one that --input can read
            pretrain --features 2 --epsilon 0 --out /w --history /w                           | --history = /w, expected another file than that of --out
            pretrain --features 2 --epsilon 0 --out /w --checkpoint /w                        | --checkpoint = /w, expected another file than that of --out
            pretrain --features 2 --epsilon 0 --out /w --checkpoint /h --history /h           | --history = /h, expected another file than that of --checkpoint
            pretrain --features 2 --epsilon 0 --out /d                                        | --out = /d, expected a file that can be written
            phases --out /p --data /p                                                         | --data = /p, expected another file than that of --out
            phases --out /d                                                                   | --out = /d, expected a file that can be written
            optimum --features 2 --lambda .1 --epsilon .1 --out /d                            | --out = /d, expected a file that can be written
            report --quick --data fashion=/d --out /e                                         | --out = /e, expected another directory than that of --data
            """)
    void whatWouldDestroyAnotherIsRefusedBeforeAnythingIsRead(String arguments, String message) throws IOException {
        Launcher.runHere(within(arguments).split(" ")).isBadUsage(within(message));
        assertEquals(CONTEXT, Files.readString(directory.resolve("c.csv")));
        assertEquals(QUERIES, Files.readString(directory.resolve("q.csv")));
        for (String made : new String[] {"o", "w", "h", "p"}) {
            assertFalse(Files.exists(directory.resolve(made)), made);
        }
        try (Stream<Path> files = Files.list(directory.resolve("d"))) {
            assertEquals(0, files.count());
        }
    }

    /** A link stays and what it leads to is written, there before or not; permissions stay. */
    @Test
    void linksAreFollowedAndPermissionsKept() throws IOException {
        Path old = Files.writeString(directory.resolve("old"), "old");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(directory.resolve("link"), old);
        for (String out : new String[] {"link", "dangling"}) {
            answer(out);
            assertTrue(Files.isSymbolicLink(directory.resolve(out)));
        }
        assertEquals(Files.readString(old), Files.readString(directory.resolve("d/new")));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(old)));
        try (Stream<Path> files = Files.list(directory.resolve("d"))) {
            assertEquals(1, files.count());
        }
    }

    /** What is no file is not replaced by one. */
    @Test
    void aPipeIsWrittenTo() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        FutureTask<String> reader = new FutureTask<>(() -> Files.readString(pipe));
        Thread.startVirtualThread(reader);
        answer("pipe");
        answer("file");
        assertEquals(Files.readString(directory.resolve("file")), reader.get());
        assertFalse(Files.isRegularFile(pipe));
    }

    private void answer(String out) {
        String arguments = "classify --context /c.csv --label class --input /q.csv --weights adversarial --out /" + out;
        Launcher.runHere(within(arguments).split(" ")).successful();
    }

    private String within(String text) {
        return text.replaceAll("(?<=[ =]|^)/", directory + "/");
    }
}
