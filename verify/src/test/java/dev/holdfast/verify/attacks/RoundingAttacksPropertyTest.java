package dev.holdfast.verify.attacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.attacks.Library.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite in small: no promise of ours breaks, many of the naive formulas do, and no radius loses more than it may. */
class RoundingAttacksPropertyTest {
    private static final long SEED = 20_261_128;
    private static final int ANSWERS = 300;
    private static final int OF_DIGITS = 100;
    /** No fewer features than a construction or the digits have. */
    private static final int MOST_FEATURES = 64;
    /** What Classifier promises to lose of a radius at most. */
    private static final double LOSS = 3 * (0x1p-23 + (MOST_FEATURES + 1024) * 0x1p-52);

    @ParameterizedTest
    @EnumSource(Claim.class)
    void oursHoldAndTheNaiveOnesBreak(Claim claim) {
        int answers = claim.isReal() ? OF_DIGITS : ANSWERS;
        Tally[] tallies = new RoundingAttacks(RoundingAttacks.builtIn(), answers, SEED).run(claim);
        Tally ours = tallies[2];
        assertEquals(0, ours.breaks());
        // of ten classes a fiftieth
        assertTrue(ours.promises() >= (claim.isReal() ? answers / 50 : answers), "certified " + ours.promises());
        assertTrue(ours.worstLoss() <= LOSS, "lost " + ours.worstLoss());
        // rounded to nearest, a radius is too large about every second time
        assertTrue(tallies[0].breaks() > tallies[0].promises() / 20, "naive float breaks " + tallies[0].breaks());
        assertTrue(tallies[1].breaks() > tallies[1].promises() / 20, "naive double breaks " + tallies[1].breaks());
    }

    /** Whatever its size, up to the greatest double: a radius lacks that share and two units of the smallest double. */
    @ParameterizedTest
    @EnumSource(value = Construction.class, names = {"SUBNORMAL", "INTERCEPTS", "BUDGETS", "ALL_EXPONENTS",
        "EDGES_AT_RADIUS"})
    void losesNoMoreThanItMay(Construction construction) {
        SplittableRandom random = new SplittableRandom(SEED);
        Library ours = new HoldfastLibrary();
        List<Claim> claims = new ArrayList<>(List.of(Claim.values()));
        claims.removeIf(Claim::isReal);
        for (int turn = 0; turn < 80; turn++) {
            for (Case one : claims.get(turn % claims.size()).next(construction, random)) {
                Truth.Answer answer = new Truth(ours.exact(one.functions())).answer(one.x(), one.allowed());
                Certificate certificate = ours.certify(one.functions(), one.x(), one.allowed());
                double radius = certificate.radius();
                double larger = radius + radius * LOSS + 2 * Double.MIN_VALUE;
                assertTrue(!answer.isBrokenBy(certificate), "broken");
                assertTrue(radius == Double.MAX_VALUE || answer.radius().compareTo(larger) <= 0, "lossy " + radius);
            }
        }
    }
}
