package dev.holdfast.verify.data;

import java.math.BigDecimal;

/**
 * Numbers as people write them: a sign or none, digits with a point or none, an exponent of ten or none. What else Java
 * reads, NaN, hexadecimal digits and suffixes, is none.
 */
public final class Decimals {
    /** As exact a number as a double has; longer ones take time that grows with the square of their length. */
    static final int LONGEST = 1100;

    private static final String CHARACTERS = "0123456789.+-eE";
    /** An exponent of more characters is one that not even BigDecimal holds. */
    private static final int LONGEST_EXPONENT = 9;

    private Decimals() {}

    /** The number without the blanks around it; throws a NumberFormatException unless it may be one. */
    private static String plain(String text) {
        String number = text.strip();
        int exponent = number.length();
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (CHARACTERS.indexOf(c) < 0) {
                throw new NumberFormatException();
            }
            if (c == 'e' || c == 'E') {
                exponent = i;
            }
        }
        if (number.length() > LONGEST || number.length() - exponent - 1 > LONGEST_EXPONENT) {
            throw new NumberFormatException();
        }
        return number;
    }

    /** The nearest double, which may be infinite; throws a NumberFormatException unless {@code text} is a decimal. */
    public static double toDouble(String text) {
        return Double.parseDouble(plain(text));
    }

    /** The nearest float; as {@link #toDouble}. */
    static float toFloat(String text) {
        return Float.parseFloat(plain(text));
    }

    /** The number itself; as {@link #toDouble}. */
    public static BigDecimal exact(String text) {
        return new BigDecimal(plain(text));
    }

    /**
     * No less than the distance of a decimal from a float near it, and 0 where they are equal.
     *
     * @param nearest the double that is nearest to the decimal
     */
    static double distance(String text, double nearest, float from) {
        if (nearest == from && (isShortInteger(text) || exact(text).compareTo(new BigDecimal(from)) == 0)) {
            return 0;
        }
        // the difference is exact, and the decimal within half of an ulp of its double
        return Math.nextUp(Math.abs(nearest - from) + Math.ulp(nearest) / 2);
    }

    /** One that float holds; BigDecimal would say the same, and take most of the time of a file of pixels. */
    private static boolean isShortInteger(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return digits == text.length() && digits < 8;
    }

    /** The greatest float up to x, −∞ below them all. */
    public static float floor(BigDecimal x) {
        float f = x.floatValue();
        boolean above = f == Float.POSITIVE_INFINITY
                || f != Float.NEGATIVE_INFINITY && new BigDecimal(f).compareTo(x) > 0;
        return above ? Math.nextDown(f) : f;
    }

    /** The least float from x on, +∞ above them all. */
    public static float ceil(BigDecimal x) {
        return 0 - floor(x.negate());
    }

    /** The least double from x on, +∞ above them all. */
    public static double ceilDouble(BigDecimal x) {
        double d = x.doubleValue();
        boolean below = d == Double.NEGATIVE_INFINITY
                || d != Double.POSITIVE_INFINITY && new BigDecimal(d).compareTo(x) < 0;
        return below ? Math.nextUp(d) : d;
    }
}
