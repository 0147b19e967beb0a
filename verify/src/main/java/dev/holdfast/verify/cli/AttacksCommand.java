package dev.holdfast.verify.cli;

import dev.holdfast.verify.attacks.Library;
import dev.holdfast.verify.attacks.RoundingAttacks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast attacks}: rounding attacks on certified radii. */
@Command(
        name = "attacks",
        description = "Rounding attacks on certified radii, each held to exact numbers: tables as Markdown.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class AttacksCommand implements Callable<Integer> {
    @Option(names = "--answers", defaultValue = "100000", paramLabel = "N",
            description = "certified answers of each kind; of all ten digits at once a fiftieth")
    private long answers;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "seed of the cases")
    private long seed;

    @Option(names = "--library", paramLabel = "NAME", description = "attack this one alone: 'naive float', 'naive"
            + " double', 'holdfast', or a class that implements Library and lies where HOLDFAST_OPTS='-cp JAR' says"
            + " (default: the first three)")
    private String library;

    @Override
    public Integer call() {
        if (answers < 1) {
            throw Options.bad("--answers", answers, "at least 1");
        }
        new RoundingAttacks(libraries(), answers, seed).run(System.out::println);
        return 0;
    }

    private List<Library> libraries() {
        List<Library> all = RoundingAttacks.builtIn();
        if (library == null) {
            return all;
        }
        List<Library> named = new ArrayList<>(all);
        named.removeIf(each -> !each.name().equals(library));
        return named.isEmpty() ? List.of(made(library)) : named;
    }

    private static Library made(String name) {
        try {
            return (Library) Class.forName(name, true, ClassLoader.getSystemClassLoader()).getConstructor().newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw Options.bad("--library", name, "naive float, naive double, holdfast, or a public class on the class path"
                    + " that implements " + Library.class.getName() + " and has a constructor of no arguments");
        }
    }
}
