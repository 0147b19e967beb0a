package dev.holdfast.verify.attacks;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.attacks.Construction.Draw;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is promised, of the functions of which origin: each has cases of every construction. */
enum Claim {
    LINF("ℓ∞", (construction, random) -> one(construction.draw(random), Norm.LINF, false, false)),
    L2("ℓ2", (construction, random) -> one(construction.draw(random), Norm.L2, false, false)),
    L1("ℓ1", (construction, random) -> one(construction.draw(random), Norm.L1, false, false)),
    BOX("box, each norm", (construction, random) -> one(construction.draw(random), norm(random), true, false)),
    BUDGETS("budgets, each norm", (construction, random) -> one(construction.draw(random), norm(random), false, true)),
    BOX_AND_BUDGETS("box and budgets", (construction, random) -> one(construction.draw(random), norm(random), true, true)),
    REST("one-vs-rest", Claim::rest),
    PAIRS("one-vs-one", Claim::pairs),
    ROBUST_BAYES("robust Bayes", (construction, random) -> learnt(construction, random, d -> bayes(random))),
    DEPTH("depth 1 to 4", (construction, random) -> learnt(construction, random, d -> layers(d, random))),
    /** Every pair of the digits that ship inside, and the queries of all ten. */
    DIGITS("digits, two classes", (construction, random) -> DigitTasks.binary(random)),
    DIGITS_REST("digits, one-vs-rest", (construction, random) -> DigitTasks.rest(random)),
    DIGITS_PAIRS("digits, one-vs-one", (construction, random) -> DigitTasks.pairs(random));

    private static final int QUERIES = 4;

    private final String title;
    private final Source source;

    Claim(String title, Source source) {
        this.title = title;
        this.source = source;
    }

    private interface Source {
        List<Case> next(Construction construction, RandomGenerator random);
    }

    /** For tables. */
    String title() {
        return title;
    }

    /** Whether cases are of real data in place of constructions. */
    boolean isReal() {
        return this == DIGITS || this == DIGITS_REST || this == DIGITS_PAIRS;
    }

    /** The next cases, of one and the same functions. */
    List<Case> next(Construction construction, RandomGenerator random) {
        return source.next(construction, random);
    }

    private static List<Case> one(Draw draw, Norm norm, boolean box, boolean budgets) {
        return List.of(new Case(Functions.sign(draw.w, draw.c), draw.x, allowed(draw, norm, box, budgets)));
    }

    private static Allowed allowed(Draw draw, Norm norm, boolean box, boolean budgets) {
        return new Allowed(norm, box ? draw.lower : null, box ? draw.upper : null, budgets ? draw.budgets : null);
    }

    static Norm norm(RandomGenerator random) {
        return Norm.values()[random.nextInt(Norm.values().length)];
    }

    private static Allowed any(Draw draw, RandomGenerator random) {
        return allowed(draw, norm(random), random.nextBoolean(), random.nextInt(3) == 0);
    }

    /** Functions that differ from a common one by what a construction draws. */
    private static List<Case> rest(Construction construction, RandomGenerator random) {
        Draw draw = construction.draw(random);
        Draw common = construction.draw(random, draw.w.length);
        int classes = 2 + random.nextInt(3);
        float[][] w = new float[classes][draw.w.length];
        double[] c = new double[classes];
        for (int k = 0; k < classes; k++) {
            float share = k < 2 ? k : random.nextFloat();
            for (int j = 0; j < draw.w.length; j++) {
                // differences have to be floats
                w[k][j] = Math.clamp(common.w[j] - share * draw.w[j], -0x1p125f, 0x1p125f);
            }
            c[k] = Math.clamp(common.c - share * draw.c, -0x1p1021, 0x1p1021);
        }
        return nudged(new Functions(Functions.Scheme.REST, classes, w, c), draw, random);
    }

    /** Functions of one boundary, up to a float, and others. */
    private static List<Case> pairs(Construction construction, RandomGenerator random) {
        Draw draw = construction.draw(random);
        int classes = 3 + random.nextInt(2);
        int pairs = classes * (classes - 1) / 2;
        float[][] w = new float[pairs][];
        double[] c = new double[pairs];
        for (int k = 0; k < pairs; k++) {
            boolean same = random.nextInt(3) > 0;
            Draw other = same ? draw : construction.draw(random, draw.w.length);
            w[k] = other.w.clone();
            c[k] = other.c;
            int j = random.nextInt(w[k].length);
            w[k][j] = random.nextBoolean() ? Math.nextUp(w[k][j]) : w[k][j];
            if (random.nextBoolean()) {
                for (int i = 0; i < w[k].length; i++) {
                    w[k][i] = -w[k][i];
                }
                c[k] = -c[k];
            }
        }
        return nudged(new Functions(Functions.Scheme.PAIRS, classes, w, c), draw, random);
    }

    /** The query that was drawn and its neighbours. */
    private static List<Case> nudged(Functions functions, Draw draw, RandomGenerator random) {
        List<Case> cases = new ArrayList<>();
        for (int n = 0; n < QUERIES; n++) {
            float[] x = draw.x.clone();
            for (int j = 0; n > 0 && j < x.length; j++) {
                float next = random.nextBoolean() ? Math.nextUp(x[j]) : Math.nextDown(x[j]);
                x[j] = next >= draw.lower[j] && next <= draw.upper[j] ? next : x[j];
            }
            cases.add(new Case(functions, x, any(draw, random)));
        }
        return cases;
    }

    private static Learner bayes(RandomGenerator random) {
        double epsilon = random.nextInt(3) == 0 ? 0 : Math.scalb(random.nextDouble(), -random.nextInt(12));
        RobustBayes learner = switch (norm(random)) {
            case LINF -> RobustBayes.linf(epsilon);
            case L2 -> RobustBayes.l2(epsilon);
            case L1 -> RobustBayes.l1(epsilon);
        };
        return switch (random.nextInt(3)) {
            case 0 -> learner;
            case 1 -> learner.diagonal();
            default -> learner.identity();
        };
    }

    private static Learner layers(int d, RandomGenerator random) {
        List<DeepTransformer.Layer> layers = Stream.generate(() -> new DeepTransformer.Layer(number(random),
                        number(random), number(random), number(random)))
                .limit(1 + random.nextInt(4))
                .toList();
        DeepTransformer learner = DeepTransformer.family(d, layers);
        return random.nextBoolean() ? learner.centred() : learner;
    }

    /** A number of a layer. */
    private static double number(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> Math.scalb(random.nextGaussian(), random.nextInt(9) - 4);
        };
    }

    /** What is learnt from rows that a construction draws, asked about these and about points near its boundary. */
    private static List<Case> learnt(Construction construction, RandomGenerator random, IntFunction<Learner> learners) {
        int d = 1 + random.nextInt(8);
        float[][] x = new float[2 + random.nextInt(8)][];
        int[] y = new int[x.length];
        float greatest = 0;
        for (int n = 0; n < x.length; n++) {
            Draw draw = construction.draw(random, d);
            x[n] = n % 2 == 0 ? draw.x : draw.w;
            y[n] = n < 2 ? 2 * n - 1 : random.nextBoolean() ? 1 : -1;
            for (float feature : x[n]) {
                greatest = Math.max(greatest, Math.abs(feature));
            }
        }
        if (greatest > State.GREATEST_FEATURE) {
            // a learner takes no larger ones
            for (float[] row : x) {
                for (int j = 0; j < d; j++) {
                    row[j] = Math.scalb(row[j], -80);
                }
            }
        }
        Classifier classifier;
        try {
            classifier = learners.apply(d).learn(Rows.copyOf(x), y);
        } catch (IllegalStateException e) {
            // it is said that no classifier is robust, or none within the floats
            return List.of();
        }
        Functions functions = Functions.sign(classifier.weights(), classifier.intercept());
        return IntStream.range(0, 2 * QUERIES)
                .mapToObj(n -> {
                    Draw draw = Construction.near(functions.w()[0], functions.c()[0], x[n % x.length], random);
                    return new Case(functions, draw.x, any(draw, random));
                })
                .toList();
    }
}
