package dev.holdfast.verify.report;

import java.util.List;

/** Lines over one pair of axes; on a logarithmic axis every number is above 0. */
public record Lines(String id, String title, String caption, Axis x, Axis y, List<Series> series) implements Figure {
    public Lines {
        for (Series line : series) {
            check(line.name(), "x", x, line.x(), false);
            check(line.name(), "y", y, line.y(), true);
        }
    }

    private static void check(String name, String what, Axis axis, double[] numbers, boolean gaps) {
        for (int i = 0; i < numbers.length; i++) {
            boolean gap = gaps && Double.isNaN(numbers[i]);
            if (!gap && !(Double.isFinite(numbers[i]) && (numbers[i] > 0 || !axis.logarithmic()))) {
                throw new IllegalArgumentException(
                        "series " + name + ": " + what + "[" + i + "] = " + numbers[i] + ", expected a finite number"
                                + (axis.logarithmic() ? " above 0, the axis being logarithmic" : ""));
            }
        }
    }
}
