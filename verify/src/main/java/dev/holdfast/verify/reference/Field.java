package dev.holdfast.verify.reference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The arithmetic of some numbers: of fractions, which is exact, or of decimals of as many digits as one likes.
 *
 * @param <T> the numbers
 */
public interface Field<T> {
    /** The exact value of a finite double. */
    T of(double value);

    /** x + y. */
    T plus(T x, T y);

    /** x y. */
    T times(T x, T y);

    /** x/y for y ≠ 0. */
    T over(T x, T y);

    /** −x. */
    T minus(T x);

    /** −1, 0 or 1. */
    int sign(T x);

    /** The nearest double. */
    double toDouble(T x);

    /** A fraction: the denominator is positive, and the two have no common divisor. */
    record Fraction(BigInteger numerator, BigInteger denominator) {
        static Fraction of(BigInteger numerator, BigInteger denominator) {
            BigInteger divisor = numerator.gcd(denominator).multiply(BigInteger.valueOf(denominator.signum()));
            return new Fraction(numerator.divide(divisor), denominator.divide(divisor));
        }
    }

    /** Fractions. */
    Field<Fraction> FRACTIONS = new Field<>() {
        @Override
        public Fraction of(double value) {
            BigDecimal exact = new BigDecimal(value);
            return Fraction.of(exact.scaleByPowerOfTen(Math.max(0, exact.scale())).toBigIntegerExact(),
                    BigInteger.TEN.pow(Math.max(0, exact.scale())));
        }

        @Override
        public Fraction plus(Fraction x, Fraction y) {
            return Fraction.of(x.numerator().multiply(y.denominator()).add(y.numerator().multiply(x.denominator())),
                    x.denominator().multiply(y.denominator()));
        }

        @Override
        public Fraction times(Fraction x, Fraction y) {
            return Fraction.of(x.numerator().multiply(y.numerator()), x.denominator().multiply(y.denominator()));
        }

        @Override
        public Fraction over(Fraction x, Fraction y) {
            return Fraction.of(x.numerator().multiply(y.denominator()), x.denominator().multiply(y.numerator()));
        }

        @Override
        public Fraction minus(Fraction x) {
            return new Fraction(x.numerator().negate(), x.denominator());
        }

        @Override
        public int sign(Fraction x) {
            return x.numerator().signum();
        }

        @Override
        public double toDouble(Fraction x) {
            return new BigDecimal(x.numerator()).divide(new BigDecimal(x.denominator()), new MathContext(40)).doubleValue();
        }
    };

    /** Decimals, each result rounded to so many digits. */
    static Field<BigDecimal> decimals(int digits) {
        MathContext context = new MathContext(digits);
        return new Field<>() {
            @Override
            public BigDecimal of(double value) {
                return new BigDecimal(value);
            }

            @Override
            public BigDecimal plus(BigDecimal x, BigDecimal y) {
                return x.add(y, context);
            }

            @Override
            public BigDecimal times(BigDecimal x, BigDecimal y) {
                return x.multiply(y, context);
            }

            @Override
            public BigDecimal over(BigDecimal x, BigDecimal y) {
                return x.divide(y, context);
            }

            @Override
            public BigDecimal minus(BigDecimal x) {
                return x.negate();
            }

            @Override
            public int sign(BigDecimal x) {
                return x.signum();
            }

            @Override
            public double toDouble(BigDecimal x) {
                return x.doubleValue();
            }
        };
    }
}
