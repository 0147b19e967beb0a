package dev.holdfast.verify.cli;

import java.util.List;
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

    private static final List<Class<?>> COMMANDS = List.of(EvaluateCommand.class, PretrainCommand.class,
            OptimumCommand.class, PhasesCommand.class, ReportCommand.class, RandomCommand.class, ClassifyCommand.class);

    private Main() {}

    /** The launcher runs modules, and the build has given each its version. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Main.class.getModule().getDescriptor().rawVersion().orElseThrow()};
        }
    }

    public static void main(String[] args) {
        // every result names its implementation; a line about it on stderr would be noise
        KERNEL.setLevel(Level.SEVERE);
        System.exit(run(args));
    }

    private static int run(String... args) {
        CommandLine commandLine = new CommandLine(new Main());
        // picocli reads all of each command that it knows: a third of the time of a short one
        List<Class<?>> named = COMMANDS.stream().filter(type -> args.length > 0 && name(type).equals(args[0])).toList();
        (named.isEmpty() ? COMMANDS : named).forEach(type -> commandLine.addSubcommand(name(type), type));
        commandLine.setParameterExceptionHandler((e, given) -> fail(e));
        commandLine.setExecutionExceptionHandler((e, command, result) -> fail(e));
        return args.length == 0 ? commandLine.execute("--help") : commandLine.execute(args);
    }

    private static String name(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }

    private static int fail(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        System.err.println("holdfast: " + message.lines().findFirst().orElse(e.toString()));
        return CommandLine.ExitCode.USAGE;
    }
}
