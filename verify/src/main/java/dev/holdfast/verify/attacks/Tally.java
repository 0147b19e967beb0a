package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.ExactRadius;
import java.util.Arrays;

/** What became of a library's promises. */
final class Tally {
    /** Breaks for which a float point is looked for: the first ones. */
    private static final long MOST_SEARCHED = 2000;

    private long promises;
    private long breaks;
    private long searched;
    private long points;
    private long noticed;
    /** How much more was promised than is true, as a share of what is. */
    private double excess;
    /** Of promises that hold, the share of the exact radius that they lack. */
    private float[] losses = new float[1024];

    private int kept;
    private boolean sorted;

    void add(Library library, Case one, Library.Certificate certificate, Truth truth, Truth.Answer answer) {
        if (!certificate.promises()) {
            return;
        }
        promises++;
        if (answer.isBrokenBy(certificate)) {
            breaks++;
            excess = Math.max(excess, -answer.radius().loss(certificate.radius()));
            if (one.functions().scheme() == Functions.Scheme.SIGN && searched < MOST_SEARCHED) {
                search(library, one, certificate, truth, answer);
            }
        } else if (isOfNormalSize(answer.radius())) {
            keep((float) answer.radius().loss(certificate.radius()));
        }
    }

    /** Of subnormal numbers a unit is no small share, and there are none above the greatest double. */
    private static boolean isOfNormalSize(ExactRadius radius) {
        return radius.isEndless()
                || radius.compareTo(Double.MIN_NORMAL) >= 0 && radius.compareTo(Double.MAX_VALUE) <= 0;
    }

    private void keep(float loss) {
        if (kept == losses.length) {
            losses = Arrays.copyOf(losses, 2 * kept);
        }
        losses[kept++] = loss;
        sorted = false;
    }

    private void search(Library library, Case one, Library.Certificate certificate, Truth truth, Truth.Answer answer) {
        searched++;
        float[] point = RoundingSearch.point(one.functions().w()[0], one.x(), one.allowed(), answer.radius().sign(),
                certificate.radius());
        if (truth.answerAt(point) != certificate.answer()) {
            points++;
            noticed += library.certify(one.functions(), point, one.allowed()).answer() != certificate.answer() ? 1 : 0;
        }
    }

    void add(Tally other) {
        promises += other.promises;
        breaks += other.breaks;
        searched += other.searched;
        points += other.points;
        noticed += other.noticed;
        excess = Math.max(excess, other.excess);
        for (int i = 0; i < other.kept; i++) {
            keep(other.losses[i]);
        }
    }

    /** Certified answers. */
    long promises() {
        return promises;
    }

    /** How many of these are not true of real numbers. */
    long breaks() {
        return breaks;
    }

    /** Breaks for which a float point was looked for. */
    long searched() {
        return searched;
    }

    /** How many of these have one, nearer than promised, of another answer. */
    long points() {
        return points;
    }

    /** How many of these points the library itself answers otherwise. */
    long noticed() {
        return noticed;
    }

    double excess() {
        return excess;
    }

    /** NaN if no promise holds. */
    double medianLoss() {
        sort();
        return kept == 0 ? Double.NaN : losses[kept / 2];
    }

    /** NaN if no promise holds. */
    double worstLoss() {
        sort();
        return kept == 0 ? Double.NaN : losses[kept - 1];
    }

    private void sort() {
        if (!sorted) {
            Arrays.sort(losses, 0, kept);
            sorted = true;
        }
    }
}
