package dev.holdfast.spark;

import dev.holdfast.model.Threat;
import java.util.Arrays;
import java.util.List;

/** What an adversary may do, as parameters say it. */
final class Threats {
    static final List<String> NORMS = List.of("linf", "l2", "l1");

    private Threats() {}

    /** Low and high, or {@code null} for no box; throws unless they are an interval. */
    static double[] box(HoldfastParams<?> params) {
        if (!params.isDefined(params.box())) {
            return null;
        }
        double[] box = params.getOrDefault(params.box());
        checkBox(box);
        return box;
    }

    /** @param box low and high, or {@code null} */
    static Threat threat(String norm, double[] box) {
        Threat threat = switch (NORMS.indexOf(norm)) {
            case 0 -> Threat.linf();
            case 1 -> Threat.l2();
            default -> Threat.l1();
        };
        return box == null ? threat : threat.inBox(low(box), high(box));
    }

    /** The least feature of a query. */
    static float low(double[] box) {
        return box == null ? -Float.MAX_VALUE : (float) box[0];
    }

    /** The greatest feature of a query. */
    static float high(double[] box) {
        return box == null ? Float.MAX_VALUE : (float) box[1];
    }

    static void checkBox(double[] box) {
        if (box.length != 2 || !(Math.abs((float) box[0]) <= Float.MAX_VALUE && Math.abs((float) box[1]) <= Float.MAX_VALUE)
                || box[0] > box[1]) {
            throw new IllegalArgumentException(
                    "box = " + Arrays.toString(box) + ", expected two finite numbers, the first not greater");
        }
    }
}
