package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Case;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Kind;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Thousands of small problems, most of few rows: one in thirty needs a second way to its minimum, in ℓ2 one in three
 * hundred. Where w is not the minimum, the gap says so.
 */
class RobustBayesGapTest {
    private static final double PROMISED = 1e-9;
    private static final double[] SHARES = {0, 1e-3, 0.1, 0.5, 0.9, 0.99};

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void everyMinimumIsAsNearAsPromised(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        for (Norm norm : Norm.values()) {
            Case drawn = Case.draw(random, kind, Form.FULL, norm, 2 + random.nextInt(8), 2 + random.nextInt(6));
            for (double share : SHARES) {
                if (drawn.scale() > 0) {
                    RobustBayes learner = drawn.learner().withEpsilon(share * drawn.scale());
                    GaussianModel model = learner.learn(drawn.state()).gaussian().orElseThrow();
                    assertTrue(model.gap() < PROMISED
                                    || RobustBayesPropertyTest.rounding(drawn.sample().d(), model) > PROMISED / 8,
                            () -> learner.name() + " " + kind + " " + model);
                }
            }
        }
    }

    /**
     * The minimum is below 0, the value at w = 0: so μᵀw − ε‖w‖ ≥ ½ wᵀΣw ≥ 0, also where ε is within rounding of the limit
     * and w is hardly anything. μᵀw and ‖w‖ are sums of at most d rounded products each.
     */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void nextToTheLimitWeightsGainWhatTheyCost(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        Form form = Form.values()[random.nextInt(3)];
        for (Norm norm : Norm.values()) {
            int d = 1 + random.nextInt(8);
            Case drawn = Case.draw(random, kind, form, norm, d, 2 + random.nextInt(20));
            double limit = drawn.learner().limit(drawn.state());
            if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
                continue;
            }
            for (double share : new double[] {0, 0x1p-53, 0x1p-51, 0x1p-48, 0x1p-40, 0x1p-20}) {
                double epsilon = share == 0 ? Math.nextDown(limit) : limit * (1 - share);
                GaussianModel model =
                        drawn.learner().withEpsilon(epsilon).learn(drawn.state()).gaussian().orElseThrow();
                double cost = epsilon * model.dualNorm();
                assertTrue(model.margin() >= cost * (1 - (3 * d + 16) * 0x1p-53) && cost > 0,
                        () -> drawn.learner().name() + " " + form + " " + kind + " " + share + " " + model);
            }
        }
    }
}
