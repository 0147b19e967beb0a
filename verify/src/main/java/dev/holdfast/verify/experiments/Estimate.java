package dev.holdfast.verify.experiments;

/**
 * A number that was measured on many tasks.
 *
 * @param x where
 * @param mean over tasks
 * @param sd sample standard deviation over tasks; NaN for a single task
 * @param tasks how many
 */
public record Estimate(double x, double mean, double sd, int tasks) {
    /** Of one value a task, summed in this order. */
    static Estimate of(double x, double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Estimate(x, mean, Math.sqrt(squares / (values.length - 1)), values.length);
    }

    /** Standard error of the mean; NaN for a single task. */
    public double standardError() {
        return sd / Math.sqrt(tasks);
    }

    /** The same number at another place. */
    Estimate at(double x) {
        return new Estimate(x, mean, sd, tasks);
    }
}
