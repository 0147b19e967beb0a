package dev.holdfast.verify.attacks;

import dev.holdfast.kernel.Implementation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The suite: the same cases to each library, every promise held to exact numbers, and two tables of what became of them,
 * by what is promised and by construction.
 */
public final class RoundingAttacks {
    private static final String HEAD = " | library | certified | broken | share | with a float point"
            + " | which it answers otherwise | greatest excess | median loss | worst loss |\n"
            + "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|";
    /** Draws in which the last library has certified nothing, after which it is taken for one that never will. */
    private static final int PATIENCE = 1000;
    /** Ten classes are slow to judge: a share of the answers of the other claims. */
    private static final int MANY_CLASSES = 50;

    private final List<Library> libraries;
    private final long answers;
    private final long seed;
    /** By construction and library. */
    private final Tally[][] byConstruction;

    /**
     * @param libraries at least one, whose names differ
     * @param answers how many answers the last library is to certify of each claim
     */
    public RoundingAttacks(List<Library> libraries, long answers, long seed) {
        this.libraries = List.copyOf(libraries);
        this.answers = answers;
        this.seed = seed;
        byConstruction = tallies(Construction.values().length);
    }

    private Tally[][] tallies(int rows) {
        Tally[][] tallies = new Tally[rows][libraries.size()];
        for (Tally[] row : tallies) {
            IntStream.range(0, row.length).forEach(k -> row[k] = new Tally());
        }
        return tallies;
    }

    /** The textbook's formulas in float and in double, and this library. */
    public static List<Library> builtIn() {
        return List.of(new NaiveLibrary(true), new NaiveLibrary(false), new HoldfastLibrary());
    }

    /** Runs all claims and prints the tables as Markdown, each line as soon as it is known. */
    public void run(Consumer<String> out) {
        long start = System.nanoTime();
        out.accept("Kernels " + Implementation.name() + ", seed " + seed + ", Java " + Runtime.version() + ".\n");
        out.accept("| promise" + HEAD);
        for (Claim claim : Claim.values()) {
            Tally[] tallies = run(claim);
            for (int k = 0; k < tallies.length; k++) {
                out.accept(row(claim.title(), libraries.get(k), tallies[k]));
            }
        }
        out.accept("\n| construction" + HEAD);
        for (Construction construction : Construction.values()) {
            for (int k = 0; k < libraries.size(); k++) {
                out.accept(row(construction.title(), libraries.get(k), byConstruction[construction.ordinal()][k]));
            }
        }
        out.accept(String.format(Locale.ROOT, "%nIt took %.0f s.", (System.nanoTime() - start) * 1e-9));
    }

    /** By library. */
    Tally[] run(Claim claim) {
        SplittableRandom random = new SplittableRandom(seed + claim.ordinal());
        Tally[][] tallies = tallies(Construction.values().length);
        long enough = claim == Claim.DIGITS_REST || claim == Claim.DIGITS_PAIRS ? answers / MANY_CLASSES : answers;
        long certified = 0;
        int inVain = 0;
        for (int turn = 0; certified < enough && inVain < PATIENCE; turn++) {
            int construction = turn % tallies.length;
            long before = certified;
            for (Case one : claim.next(Construction.values()[construction], random)) {
                certified += ask(one, tallies[construction]) ? 1 : 0;
            }
            inVain = certified > before ? 0 : inVain + 1;
        }
        Tally[] all = tallies(1)[0];
        for (int row = 0; row < tallies.length; row++) {
            for (int k = 0; k < all.length; k++) {
                all[k].add(tallies[row][k]);
                if (!claim.isReal()) {
                    byConstruction[row][k].add(tallies[row][k]);
                }
            }
        }
        return all;
    }

    /** Whether the last library certifies its answer. */
    private boolean ask(Case one, Tally[] tallies) {
        boolean promises = false;
        Functions judged = null;
        Truth truth = null;
        Truth.Answer answer = null;
        for (int k = 0; k < libraries.size(); k++) {
            Library library = libraries.get(k);
            Library.Certificate certificate = library.certify(one.functions(), one.x(), one.allowed());
            Functions exact = library.exact(one.functions());
            if (exact != judged) {
                judged = exact;
                truth = new Truth(exact);
                answer = truth.answer(one.x(), one.allowed());
            }
            tallies[k].add(library, one, certificate, truth, answer);
            promises = certificate.promises();
        }
        return promises;
    }

    private static String row(String title, Library library, Tally tally) {
        List<String> cells = new ArrayList<>(List.of(title, library.name()));
        cells.add(grouped(tally.promises()));
        cells.add(grouped(tally.breaks()));
        cells.add(tally.promises() == 0 ? "–" : percent(tally.breaks(), tally.promises()));
        cells.add(tally.searched() == 0 ? "–" : grouped(tally.points()) + " of " + grouped(tally.searched()));
        cells.add(tally.points() == 0 ? "–" : percent(tally.noticed(), tally.points()));
        cells.add(tally.breaks() == 0 ? "–" : scientific(tally.excess()));
        cells.add(scientific(tally.medianLoss()));
        cells.add(scientific(tally.worstLoss()));
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
    }

    private static String scientific(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return value == Double.POSITIVE_INFINITY ? "∞" : String.format(Locale.ROOT, "%.1e", value);
    }
}
