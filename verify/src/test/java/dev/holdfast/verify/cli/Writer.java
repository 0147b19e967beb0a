package dev.holdfast.verify.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Every command that writes files, by a call that writes all of them: the one list of writers, which {@link WritersTest}
 * compares with the options that there are, and which {@link CommandFaultsIT} kills, starves and locks out. What types of the
 * library save is listed by {@code Saved}.
 */
enum Writer {
    CLASSIFY("classify --context /c.csv --label class --input /q.csv --weights %s --out /o.csv --save /s.npz",
            List.of("bayes:linf:0.1", "adversarial"), Set.of("--out", "--save")),
    PRETRAIN("pretrain --features 20 --epsilon .1 --batch 100 --demonstrations 300 --steps 300"
            + " --threads 2 --seed %s --out /w.npz --history /h.csv --checkpoint /k.npz", List.of("1", "2"), Set.of("--out", "--history", "--checkpoint")),
    PRETRAIN_MIXTURE("pretrain --family mixture --setting /m.json --depth 4 --tasks 300 --demonstrations 50 --updates 600"
            + " --threads 2 --seed %s --out /w.npz --history /h.csv --checkpoint /k.npz",
            List.of("1", "2"), Set.of("--out", "--history", "--checkpoint")),
    OPTIMUM("optimum --features 400 --lambda .1 --epsilon %s --out /w.npz", List.of("0", ".06"), Set.of("--out")),
    OPTIMUM_MIXTURE("optimum --family mixture --setting /m.json --depth 2 --epsilon %s --out /w.npz",
            List.of(".1", ".2"), Set.of("--out")),
    PHASES("phases --max-features 300 --lambda %s --out /p.svg --data /p.csv", List.of(".1", ".2"),
            Set.of("--out", "--data")),
    REPORT("report --quick --only phases,depth-polynomials --seed %s --out /r", List.of("1", "2"), Set.of("--out"));

    private final String call;
    private final List<String> variants;
    private final Set<String> options;

    /**
     * @param call whose words that begin with a slash are files of a directory
     * @param variants what stands in place of %s: two, that write different files
     * @param options those that name what is written
     */
    Writer(String call, List<String> variants, Set<String> options) {
        this.call = call;
        this.variants = variants;
        this.options = options;
    }

    String command() {
        return call.substring(0, call.indexOf(' '));
    }

    Set<String> options() {
        return options;
    }

    /** Whether a run goes on from what another was killed at. */
    boolean hasCheckpoint() {
        return options.contains("--checkpoint");
    }

    /** The words of one of the two calls, on files of a directory. */
    String[] words(int variant, Path directory) {
        return call.formatted(variants.get(variant)).replaceAll(" /", " " + directory + "/").split(" ");
    }
}
