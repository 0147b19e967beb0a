package dev.holdfast.verify.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a column of a table is written: its doubles with one number of decimals, or more where a small one would vanish.
 *
 * @param style the cells' class in page.css
 */
record Column(String name, String style, int decimals) {
    private static final String VERDICT = "verdict";

    /** As many decimals as accuracies are published with. */
    private static final int DECIMALS = 5;

    /** Digits of a column's greatest number where it is far from 1. */
    private static final int DIGITS = 4;

    private static final int LEAST_DIGITS = 2;

    /** More than these are counted by their power of ten. */
    private static final int MOST_DECIMALS = 7;

    static List<Column> of(Table table) {
        return IntStream.range(0, table.columns().size()).mapToObj(j -> of(table, j)).toList();
    }

    private static Column of(Table table, int j) {
        String name = table.columns().get(j);
        List<Object> cells = table.rows().stream().map(row -> row.get(j)).toList();
        if (name.equals(VERDICT)) {
            return new Column(name, VERDICT, 0);
        }
        boolean numbers = cells.stream().anyMatch(cell -> cell instanceof Number);
        return new Column(name, numbers ? "number" : "words", decimals(cells));
    }

    boolean isVerdict() {
        return style.equals(VERDICT);
    }

    /** A minus as long as it ought to be; nothing for what is missing. */
    String format(Object cell) {
        return switch (cell) {
            case null -> "";
            case Double v when v.isNaN() -> "";
            case Double v when v.isInfinite() -> v > 0 ? "∞" : "−∞";
            case Double v -> minus(text(rounded(BigDecimal.valueOf(v))));
            case Number n -> minus(n.toString());
            default -> cell.toString();
        };
    }

    /** To the column's decimals; a number that is smaller than they show keeps two digits. */
    private BigDecimal rounded(BigDecimal number) {
        BigDecimal digits = number.round(new MathContext(LEAST_DIGITS)).stripTrailingZeros();
        return number.setScale(Math.max(decimals, digits.scale()), RoundingMode.HALF_EVEN);
    }

    private static String text(BigDecimal number) {
        int exponent = Ruler.exponent(number.abs());
        return number.scale() <= MOST_DECIMALS || number.signum() == 0
                ? number.toPlainString()
                : number.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }

    private static String minus(String number) {
        return number.replace('-', '−');
    }

    /** As many as the numbers have, but not more than tell anything at the size of the greatest. */
    private static int decimals(List<Object> cells) {
        double[] numbers = cells.stream()
                .mapToDouble(cell -> cell instanceof Double v && Double.isFinite(v) ? Math.abs(v) : 0)
                .toArray();
        int needed = 0;
        double greatest = 0;
        for (double number : numbers) {
            needed = Math.max(needed, BigDecimal.valueOf(number).stripTrailingZeros().scale());
            greatest = Math.max(greatest, number);
        }
        int exponent = Ruler.exponent(BigDecimal.valueOf(greatest));
        int most = exponent >= -2 && exponent < 1 ? DECIMALS : Math.max(0, DIGITS - 1 - exponent);
        return Math.min(needed, most);
    }
}
