package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.ExactRadius;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ways to make a linear function and a query at which floating point goes wrong. */
public enum Construction {
    /** Weights and features uniform in −1..1: random linear classifiers as Jin, Ohrimenko and Rubinstein (arXiv 2205.10159) have. */
    RANDOM("random linear (2205.10159)") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            draw.each(draw.w, () -> uniform(random));
            draw.each(draw.x, () -> uniform(random));
        }
    },
    /** Such functions at points that were walked to the hyperplane in float, and floats next to them, as rounding search meets. */
    BOUNDARY("floats at the boundary (2205.10159)") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            RANDOM.fill(draw, random);
            float f = 0;
            float square = 0;
            for (int j = 0; j < draw.w.length; j++) {
                f += draw.w[j] * draw.x[j];
                square += draw.w[j] * draw.w[j];
            }
            for (int j = 0; j < draw.w.length; j++) {
                draw.x[j] -= f / square * draw.w[j];
                draw.x[j] = ulps(draw.x[j], random.nextInt(5) - 2);
            }
        }
    },
    /** An intercept that is huge beside all else, and features that take it back: what is left is lost in rounding it. */
    BIASED("huge biases (2603.13334)") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            RANDOM.fill(draw, random);
            float bias = Math.scalb(uniform(random), random.nextInt(40));
            int j = random.nextInt(draw.w.length);
            draw.c = bias;
            draw.w[j] = -bias;
            draw.x[j] = ulps(1, random.nextInt(9) - 4);
        }
    },
    /** Sums whose terms cancel but for what a rounding leaves. */
    CANCELLING("cancelling sums") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            int scale = random.nextInt(60) - 30;
            draw.each(draw.w, () -> Math.scalb((float) random.nextGaussian(), random.nextInt(20) - 10));
            draw.each(draw.x, () -> Math.scalb((float) random.nextGaussian(), scale + random.nextInt(20) - 10));
            draw.cancel(random);
        }
    },
    /** One huge weight and many tiny ones, which a float or double sum forgets. */
    ONE_HUGE("one huge weight, many tiny") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            int tiny = -random.nextInt(60);
            draw.each(draw.w, () -> Math.scalb(uniform(random), tiny));
            draw.each(draw.x, () -> uniform(random));
            int j = random.nextInt(draw.w.length);
            draw.w[j] = Math.scalb(uniform(random), random.nextInt(30));
            if (random.nextBoolean()) {
                draw.c = -draw.w[j] * draw.x[j];
            }
        }
    },
    /** Edges a float or two from the query, and boxes whose corner leaves of the score what a rounding leaves. */
    LAST_BIT_BOXES("boxes at the last bit") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            RANDOM.fill(draw, random);
            for (int j = 0; j < draw.x.length; j++) {
                boolean near = random.nextBoolean();
                draw.lower[j] = near ? ulps(draw.x[j], -random.nextInt(4)) : draw.x[j] - random.nextFloat();
                draw.upper[j] = near ? ulps(draw.x[j], random.nextInt(4)) : draw.x[j] + random.nextFloat();
            }
            if (random.nextInt(4) > 0) {
                draw.cancelAtCorner(random);
            } else {
                draw.cancel(random);
            }
        }
    },
    /** Edges where a radius ends, a little before it or behind it, at features that are dear beside those that are left. */
    EDGES_AT_RADIUS("edges where the radius is") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            draw.each(draw.w, () -> Math.scalb(uniform(random), random.nextInt(3) == 0 ? 0 : -random.nextInt(30)));
            draw.each(draw.x, () -> random.nextInt(3) == 0 ? uniform(random) : 0);
            draw.c = uniform(random);
            int norm = random.nextInt(3);
            double cost = 0;
            for (float w : draw.w) {
                double each = Math.abs((double) w);
                cost = norm == 2 ? Math.max(cost, each) : cost + (norm == 0 ? each : each * each);
            }
            double theta = Math.abs(draw.score()) / cost;
            for (int j = 0; j < draw.x.length; j++) {
                if (random.nextInt(4) > 0) {
                    double off = Math.scalb(random.nextDouble() - 0.5, -random.nextInt(30));
                    float room = (float) (theta * (norm == 1 ? Math.abs(draw.w[j]) : 1) * (1 + off));
                    draw.lower[j] = draw.x[j] - room;
                    draw.upper[j] = draw.x[j] + room;
                }
            }
            Arrays.fill(draw.budgets, Math.scalb(1f, random.nextInt(5)));
        }
    },
    /** Weights, features and intercepts below the normal floats. */
    SUBNORMAL("subnormals") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            boolean weights = random.nextBoolean();
            boolean features = !weights || random.nextBoolean();
            draw.each(draw.w, () -> weights ? subnormal(random) : uniform(random));
            draw.each(draw.x, () -> features ? subnormal(random) : uniform(random));
            draw.c = switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> -draw.score();
                default -> subnormal(random);
            };
        }
    },
    /** Tenths and hundredths, whose sum would be 0 in decimals. */
    DECIMALS("decimals") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            BigDecimal sum = BigDecimal.ZERO;
            for (int j = 0; j < draw.w.length; j++) {
                BigDecimal w = BigDecimal.valueOf(random.nextInt(41) - 20, random.nextInt(3));
                BigDecimal x = BigDecimal.valueOf(random.nextInt(201) - 100, 1 + random.nextInt(2));
                draw.w[j] = w.floatValue();
                draw.x[j] = x.floatValue();
                sum = sum.add(w.multiply(x));
            }
            draw.c = switch (random.nextInt(3)) {
                case 0 -> -sum.floatValue();
                case 1 -> -sum.doubleValue();
                default -> BigDecimal.valueOf(random.nextInt(201) - 100, 2).floatValue();
            };
        }
    },
    /** Intercepts of any double magnitude, and those that leave of a sum what a double leaves. */
    INTERCEPTS("extreme intercepts") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            int scale = random.nextInt(80) - 40;
            draw.each(draw.w, () -> uniform(random));
            draw.each(draw.x, () -> Math.scalb(uniform(random), scale));
            draw.c = switch (random.nextInt(4)) {
                case 0 -> Math.scalb((double) uniform(random), random.nextInt(2097) - 1074);
                case 1 -> Math.scalb((double) uniform(random), random.nextInt(128));
                default -> -draw.score() + random.nextInt(3) * Math.ulp(draw.score());
            };
        }
    },
    /** Budgets from 2⁻⁶⁰ to 2⁶⁰ in one ball. */
    BUDGETS("budgets of many magnitudes") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            RANDOM.fill(draw, random);
            draw.each(draw.budgets, () -> Math.scalb(1 + random.nextFloat(), random.nextInt(121) - 60));
            if (random.nextBoolean()) {
                draw.cancel(random);
            }
        }
    },
    /** Weights of one magnitude: every order of features is a tie. */
    TIES("equal weights") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            float size = ulps(0.1f, random.nextInt(3) - 1);
            draw.each(draw.w, () -> random.nextBoolean() ? size : ulps(-size, random.nextInt(2)));
            draw.each(draw.x, () -> random.nextInt(9) / 8f - 0.5f);
            Arrays.fill(draw.budgets, 0.1f);
            if (random.nextBoolean()) {
                draw.c = ulps(0.1f, random.nextInt(3));
            }
        }
    },
    /** Finite floats of every exponent. */
    ALL_EXPONENTS("every exponent") {
        @Override
        void fill(Draw draw, RandomGenerator random) {
            int most = random.nextBoolean() ? 275 : 1 + random.nextInt(40);
            int w = random.nextInt(276 - most) - 149;
            int x = random.nextInt(276 - most) - 149;
            draw.each(draw.w, () -> Math.scalb(uniform(random), w + random.nextInt(most)));
            draw.each(draw.x, () -> Math.scalb(uniform(random), x + random.nextInt(most)));
            draw.each(draw.budgets, () -> Math.abs(Math.scalb(uniform(random), random.nextInt(276) - 149)));
            for (int j = 0; j < draw.x.length; j++) {
                float other = Math.scalb(uniform(random), x + random.nextInt(most));
                draw.lower[j] = random.nextInt(4) == 0 ? Float.NEGATIVE_INFINITY : Math.min(draw.x[j], other);
                draw.upper[j] = random.nextInt(4) == 0 ? Float.POSITIVE_INFINITY : Math.max(draw.x[j], other);
            }
            if (random.nextBoolean()) {
                draw.cancelAtCorner(random);
            }
        }
    };

    private final String title;

    Construction(String title) {
        this.title = title;
    }

    /** For tables. */
    public String title() {
        return title;
    }

    /** What is made: a function, a query, and a box and budgets for those who are allowed to move so. */
    static final class Draw {
        final float[] w;
        final float[] x;
        double c;
        final float[] lower;
        final float[] upper;
        final float[] budgets;

        /** Keeps its arrays. */
        private Draw(float[] w, double c, float[] x, RandomGenerator random) {
            this.w = w;
            this.c = c;
            this.x = x;
            lower = new float[x.length];
            upper = new float[x.length];
            budgets = new float[x.length];
            Arrays.fill(lower, Float.NEGATIVE_INFINITY);
            Arrays.fill(upper, Float.POSITIVE_INFINITY);
            each(budgets, () -> random.nextInt(8) == 0 ? 0 : Math.scalb(random.nextFloat(), random.nextInt(8) - 4));
        }

        /** Gives edges to the features that have none. */
        private void bind(RandomGenerator random) {
            for (int j = 0; j < x.length; j++) {
                lower[j] = lower[j] == Float.NEGATIVE_INFINITY ? x[j] - room(x[j], random) : lower[j];
                upper[j] = upper[j] == Float.POSITIVE_INFINITY ? x[j] + room(x[j], random) : upper[j];
            }
        }

        private interface Next {
            float next();
        }

        private void each(float[] out, Next next) {
            for (int j = 0; j < out.length; j++) {
                out[j] = next.next();
            }
        }

        /** The double that is nearest to w·x + c, up to two roundings. */
        private double score() {
            return score(x);
        }

        private double score(float[] at) {
            Dyadic sum = ExactRadius.score(Dyadic.of(w), Dyadic.of(c), at);
            int drop = Math.max(0, sum.m().bitLength() - 64);
            return Math.scalb(sum.m().shiftRight(drop).doubleValue(), sum.e() + drop);
        }

        /** Lets one feature, or the intercept, take back what the others give, up to its rounding. */
        private void cancel(RandomGenerator random) {
            if (random.nextInt(x.length + 1) == 0) {
                c -= (float) score();
            } else {
                moveToBoundary(random);
            }
        }

        /** Lets one feature take back what the others give, up to its rounding. */
        private void moveToBoundary(RandomGenerator random) {
            int j = random.nextInt(x.length);
            float before = x[j];
            x[j] = 0;
            float back = (float) (-score() / w[j]);
            x[j] = Float.isFinite(2 * back) ? ulps(back, random.nextInt(3) - 1) : before;
            boxAround(j);
        }

        private void boxAround(int j) {
            lower[j] = Math.min(lower[j], x[j]);
            upper[j] = Math.max(upper[j], x[j]);
        }

        /** Lets the intercept take back the score where some features are at the edge that takes from it. */
        private void cancelAtCorner(RandomGenerator random) {
            float[] corner = x.clone();
            boolean up = random.nextBoolean();
            for (int j = 0; j < corner.length; j++) {
                float edge = w[j] > 0 == up ? upper[j] : lower[j];
                corner[j] = random.nextInt(8) == 0 || Float.isInfinite(edge) ? x[j] : edge;
            }
            double back = -score(corner);
            // of floats, so that float and double read the same number
            c = Math.abs(back) < Float.MAX_VALUE ? (float) back : 0;
        }
    }

    /** One case. */
    final Draw draw(RandomGenerator random) {
        return draw(random, features(random));
    }

    /** One case of d features. */
    final Draw draw(RandomGenerator random, int d) {
        Draw draw = new Draw(new float[d], 0, new float[d], random);
        fill(draw, random);
        draw.bind(random);
        return draw;
    }

    /** A query to a function that is there, mostly one near its boundary, and what may be allowed there. */
    static Draw near(float[] w, double c, float[] x, RandomGenerator random) {
        Draw draw = new Draw(w, c, x.clone(), random);
        if (random.nextInt(4) > 0) {
            draw.moveToBoundary(random);
        }
        draw.bind(random);
        return draw;
    }

    /** Mostly few, sometimes more than the widest vectors have lanes. */
    private static int features(RandomGenerator random) {
        return random.nextInt(8) == 0 ? 17 + random.nextInt(48) : 1 + random.nextInt(12);
    }

    private static float room(float x, RandomGenerator random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> Math.abs(x);
            case 2 -> Float.POSITIVE_INFINITY;
            case 3 -> Math.scalb(1f, random.nextInt(60) - 30);
            default -> Math.abs(x) * random.nextFloat();
        };
    }

    /** Fills w, x and c, and what else it is about. */
    abstract void fill(Draw draw, RandomGenerator random);

    private static float uniform(RandomGenerator random) {
        return 2 * random.nextFloat() - 1;
    }

    private static float subnormal(RandomGenerator random) {
        float unit = random.nextBoolean() ? Float.MIN_VALUE : -Float.MIN_VALUE;
        return (random.nextInt(1 << 1 + random.nextInt(24)) + 1) * unit;
    }

    /** So many floats away. */
    private static float ulps(float value, int steps) {
        float moved = value;
        for (int i = 0; i < Math.abs(steps); i++) {
            moved = steps > 0 ? Math.nextUp(moved) : Math.nextDown(moved);
        }
        return moved;
    }
}
