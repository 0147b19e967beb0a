package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import dev.holdfast.verify.reference.ExactRadius;
import java.util.stream.IntStream;

/** The judge: what functions of real numbers answer, and within which size they do, without any rounding. */
final class Truth {
    private final Functions functions;
    private final Dyadic[][] w;
    private final Dyadic[] c;

    Truth(Functions functions) {
        this.functions = functions;
        w = Dyadic.of(functions.w());
        c = new Dyadic[w.length];
        for (int k = 0; k < c.length; k++) {
            c[k] = Dyadic.of(functions.c()[k]);
        }
    }

    /**
     * What is true of a query.
     *
     * @param answer the class; of f = 0, which has none, class 0
     * @param radius the least size that changes the answer, or makes a tie of it; of one-vs-one the least at which so many
     *        votes are within reach as the answer hangs on, which no library may exceed that promises by votes
     */
    record Answer(int answer, ExactRadius radius) {
        /** Whether a promise is not true: the answer is another one, at x or at some point within the radius. */
        boolean isBrokenBy(Library.Certificate certificate) {
            return certificate.promises()
                    && (certificate.answer() != answer || radius.compareTo(certificate.radius()) < 0);
        }
    }

    Answer answer(float[] x, Allowed allowed) {
        return switch (functions.scheme()) {
            case SIGN -> {
                ExactRadius radius = radius(w[0], c[0], x, allowed);
                yield new Answer(radius.sign() > 0 ? 1 : 0, radius);
            }
            case REST -> rest(x, allowed);
            case PAIRS -> pairs(x, allowed);
        };
    }

    private static ExactRadius radius(Dyadic[] w, Dyadic c, float[] x, Allowed allowed) {
        return ExactRadius.of(allowed.norm(), w, c, x, allowed.lower(), allowed.upper(), allowed.budgets());
    }

    private Answer rest(float[] x, Allowed allowed) {
        Dyadic[] f = new Dyadic[c.length];
        int winner = 0;
        for (int k = 0; k < f.length; k++) {
            f[k] = ExactRadius.score(w[k], c[k], x);
            winner = f[k].compareTo(f[winner]) > 0 ? k : winner;
        }
        int most = winner;
        ExactRadius radius = IntStream.range(0, f.length)
                .filter(k -> k != most)
                .mapToObj(k -> radius(minus(w[most], w[k]), c[most].minus(c[k]), x, allowed))
                .min(Truth::compare)
                .orElseThrow();
        return new Answer(winner, radius);
    }

    private static Dyadic[] minus(Dyadic[] one, Dyadic[] other) {
        Dyadic[] out = new Dyadic[one.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = one[j].minus(other[j]);
        }
        return out;
    }

    private Answer pairs(float[] x, Allowed allowed) {
        ExactRadius[] radii = new ExactRadius[c.length];
        boolean[] first = new boolean[c.length];
        for (int k = 0; k < c.length; k++) {
            radii[k] = radius(w[k], c[k], x, allowed);
            first[k] = radii[k].sign() >= 0;
        }
        Votes votes = new Votes(functions, first);
        ExactRadius least = IntStream.range(0, functions.classes())
                .filter(rival -> rival != votes.winner())
                .mapToObj(rival -> votes.gains(rival)
                        .mapToObj(k -> radii[k])
                        .sorted(Truth::compare)
                        .skip(votes.needed(rival) - 1L)
                        .findFirst()
                        .orElseThrow())
                .min(Truth::compare)
                .orElseThrow();
        return new Answer(votes.winner(), least);
    }

    private static int compare(ExactRadius one, ExactRadius other) {
        return one.compareTo(other);
    }

    /** The class that the functions answer at a point; of f = 0 neither of the two, −1. */
    int answerAt(float[] x) {
        if (functions.scheme() != Functions.Scheme.SIGN) {
            return answer(x, new Allowed(Norm.LINF, null, null, null)).answer();
        }
        int sign = ExactRadius.score(w[0], c[0], x).m().signum();
        return sign == 0 ? -1 : sign > 0 ? 1 : 0;
    }
}
