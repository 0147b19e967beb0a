package dev.holdfast.verify.cli;

import dev.holdfast.model.archive.AtomicFile;
import dev.holdfast.verify.data.Decimals;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line. Exit code 0; 1 where a part of a report failed; 2 with one line on stderr for bad usage or bad
 * data.
 */
@Command(
        name = "holdfast",
        description = "Universally robust in-context classification.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /** A logger lives only as long as somebody holds it. */
    private static final Logger KERNEL = Logger.getLogger("dev.holdfast.kernel");

    static final List<Class<?>> COMMANDS = List.of(EvaluateCommand.class, PretrainCommand.class,
            OptimumCommand.class, PhasesCommand.class, ReportCommand.class, RandomCommand.class, ClassifyCommand.class,
            AttacksCommand.class);

    private Main() {}

    /** The launcher runs modules, and the build has given each its version. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Main.class.getModule().getDescriptor().rawVersion().orElseThrow()};
        }
    }

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** All of the program but its end. */
    static int run(String... args) {
        // every result names its implementation; a line about it on stderr would be noise
        KERNEL.setLevel(Level.SEVERE);
        return exit(() -> commandLine(args).execute(args.length == 0 ? new String[] {"--help"} : args));
    }

    /** The exit code of a command: what it printed is out, or that it could not be is said. */
    static int exit(IntSupplier command) {
        int exit;
        try {
            exit = command.getAsInt();
        } catch (OutOfMemoryError e) {
            exit = fail(e);
        }
        return System.out.checkError() && exit == 0 ? fail(noRoom(null)) : exit;
    }

    static IOException noRoom(IOException cause) {
        return new IOException("standard output is closed or full, expected room for all that is printed", cause);
    }

    private static CommandLine commandLine(String... args) {
        CommandLine commandLine = new CommandLine(new Main());
        // picocli reads all of each command that it knows: a third of the time of a short one
        List<Class<?>> named = COMMANDS.stream().filter(type -> args.length > 0 && name(type).equals(args[0])).toList();
        (named.isEmpty() ? COMMANDS : named).forEach(type -> commandLine.addSubcommand(name(type), type));
        // a label or a file may begin with @
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler((e, given) -> fail(e));
        commandLine.setExecutionExceptionHandler((e, command, result) -> fail(e));
        commandLine.registerConverter(double.class, text -> number(text, Decimals::toDouble));
        commandLine.registerConverter(Double.class, text -> number(text, Decimals::toDouble));
        commandLine.registerConverter(Path.class, Main::path);
        commandLine.registerConverter(BigDecimal.class, text -> number(text, Decimals::exact));
        return commandLine;
    }

    private static <T> T number(String text, Function<String, T> decimal) {
        try {
            return decimal.apply(text);
        } catch (NumberFormatException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is not a decimal number");
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no name of a file: " + e.getReason());
        }
    }

    private static String name(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }

    static int fail(Throwable e) {
        System.err.println("holdfast: " + Options.printable(sentence(e)));
        return CommandLine.ExitCode.USAGE;
    }

    private static String sentence(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return "out of memory, " + cause.getMessage() + ", expected less to do or a larger heap than "
                        + Runtime.getRuntime().maxMemory() / 1_000_000 + " MB: HOLDFAST_OPTS=-Xmx… sets it";
            }
        }
        // that of a file system may be the name of the file alone
        return e instanceof FileSystemException file
                ? file.getMessage() + ": " + AtomicFile.reason(file)
                // picocli begins some of its sentences so
                : e.getMessage() == null ? e.toString() : e.getMessage().replaceFirst("^Error: ", "");
    }
}
