package dev.holdfast.verify.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where numbers lie on an axis, and its ticks at round numbers. */
final class Ruler {
    /** @param label the number as it is written; empty for a small tick between others */
    record Tick(double value, String label) {
        boolean isSmall() {
            return label.isEmpty();
        }
    }

    /** What is left free at both ends. */
    private static final double PADDING = 0.04;

    /** As few ticks as a reader can do with, and as many as have room. */
    private static final int FEW = 3, MANY = 6;

    private final boolean logarithmic;
    private final double start;
    private final double end;

    /** From one number to a greater one. */
    Ruler(boolean logarithmic, double least, double greatest) {
        this.logarithmic = logarithmic;
        start = scaled(least);
        end = scaled(greatest);
    }

    /**
     * Holds all of some numbers, and 0 where it is near; those that are not finite are passed over, as are those that
     * have no logarithm.
     */
    static Ruler around(boolean logarithmic, DoubleStream numbers) {
        DoubleSummaryStatistics range = numbers.filter(v -> Double.isFinite(v) && (v > 0 || !logarithmic))
                .summaryStatistics();
        double least = range.getMin(), greatest = range.getMax();
        if (range.getCount() == 0) {
            return new Ruler(false, 0, 1);
        }
        if (logarithmic) {
            double padding = least == greatest ? 2 : StrictMath.pow(greatest / least, PADDING);
            return new Ruler(true, least / padding, greatest * padding);
        }
        if (least > 0 && least < greatest - least) {
            least = 0;
        }
        double padding = least == greatest ? Math.max(Math.abs(least) / 2, 0.5) : PADDING * (greatest - least);
        return new Ruler(false, least - padding, greatest + padding);
    }

    /** 0 at the start, 1 at the end; what lies outside is moved to the nearer of the two. */
    double place(double value) {
        return Math.clamp((scaled(value) - start) / (end - start), 0.0, 1.0);
    }

    /** Ticks between start and end, in no order. */
    List<Tick> ticks() {
        if (!logarithmic) {
            return linear(start, end);
        }
        List<Tick> decades = powers(1);
        if (decades.size() >= FEW) {
            int every = Math.ceilDiv(decades.size(), MANY);
            List<Tick> between = every == 1 ? powers(2, 3, 4, 5, 6, 7, 8, 9) : List.of();
            return Stream.concat(
                            IntStream.range(0, decades.size()).filter(i -> i % every == 0).mapToObj(decades::get),
                            between.stream().map(tick -> new Tick(tick.value(), "")))
                    .toList();
        }
        List<Tick> finer = powers(1, 2, 5);
        return finer.size() >= FEW ? finer : linear(StrictMath.pow(10, start), StrictMath.pow(10, end));
    }

    /** The numbers m·10^k. */
    private List<Tick> powers(int... mantissas) {
        List<Tick> ticks = new ArrayList<>();
        for (int k = (int) Math.floor(start); k <= end; k++) {
            for (int m : mantissas) {
                add(ticks, BigDecimal.valueOf(m, -k), start, end);
            }
        }
        return ticks;
    }

    /** Multiples of 1, 2 or 5 times a power of ten, with at most {@link #MANY} steps. */
    private List<Tick> linear(double from, double to) {
        BigDecimal least = new BigDecimal((to - from) / MANY).round(new MathContext(1, RoundingMode.UP));
        int digit = least.unscaledValue().intValue();
        BigDecimal step = BigDecimal.valueOf(digit <= 2 ? digit : digit <= 5 ? 5 : 10, least.scale());
        List<Tick> ticks = new ArrayList<>();
        for (long k = (long) Math.ceil(from / step.doubleValue()); k <= to / step.doubleValue(); k++) {
            add(ticks, step.multiply(BigDecimal.valueOf(k)), scaled(from), scaled(to));
        }
        return ticks;
    }

    private void add(List<Tick> ticks, BigDecimal number, double from, double to) {
        double value = number.doubleValue();
        if (scaled(value) >= from && scaled(value) <= to) {
            ticks.add(new Tick(value, label(number)));
        }
    }

    private double scaled(double value) {
        return logarithmic ? StrictMath.log10(Math.max(value, 0)) : value;
    }

    /** As it is written between a thousandth and a hundred thousand, with a power of ten elsewhere. */
    private static String label(BigDecimal number) {
        int exponent = exponent(number);
        String plain;
        if (number.signum() == 0) {
            plain = "0";
        } else if (exponent >= -3 && exponent < 5) {
            plain = number.stripTrailingZeros().toPlainString();
        } else {
            String mantissa = number.movePointLeft(exponent).stripTrailingZeros().toPlainString();
            plain = (mantissa.equals("1") ? "" : mantissa + "·") + "10" + superscript(exponent);
        }
        return plain.replace('-', '−');
    }

    /** k of a number m·10^k with 1 ≤ |m| < 10. */
    static int exponent(BigDecimal number) {
        return number.precision() - number.scale() - 1;
    }

    private static String superscript(int exponent) {
        StringBuilder result = new StringBuilder();
        for (char c : Integer.toString(exponent).toCharArray()) {
            result.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
        }
        return result.toString();
    }
}
