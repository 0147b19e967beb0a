package dev.holdfast.verify.data;

/** How far a row of floats lies from the decimals that it was rounded from: bounds from above, 0 where it is them. */
public final class Rounding {
    private double greatest;
    private double sum;
    private double squares;

    void clear() {
        greatest = 0;
        sum = 0;
        squares = 0;
    }

    /** @param distance of one feature, at least 0 */
    void add(double distance) {
        if (distance > 0) {
            greatest = Math.max(greatest, distance);
            sum = Math.nextUp(sum + distance);
            squares = Math.nextUp(squares + Math.nextUp(distance * distance));
        }
    }

    public double linf() {
        return greatest;
    }

    public double l2() {
        return squares == 0 ? 0 : Math.nextUp(Math.sqrt(squares));
    }

    public double l1() {
        return sum;
    }
}
