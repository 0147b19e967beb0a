package dev.holdfast.verify.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on stderr, for runs that take over two seconds, where stderr is a terminal (the launcher knows). */
final class Progress implements AutoCloseable {
    private static final long QUIET_NANOS = 2_000_000_000L;

    /** The library would ask a native library for the terminal's width; every terminal has this much. */
    private static final int WIDTH = 79;

    private final String name;
    private final int total;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private int done;
    private ProgressBar bar;

    private Progress(String name, int total, int done, boolean terminal) {
        this.name = name;
        this.total = total;
        this.done = done;
        this.terminal = terminal;
    }

    static Progress of(String name, int total) {
        return of(name, total, 0);
    }

    /** Where {@code done} of all were done before. */
    static Progress of(String name, int total, int done) {
        return new Progress(name, total, done, Boolean.getBoolean("holdfast.terminal"));
    }

    /** One more is done; from any thread. */
    void step() {
        step("");
    }

    /** One more is done, and this is to be seen beside the bar. */
    synchronized void step(String message) {
        done++;
        if (terminal && bar == null && System.nanoTime() - start > QUIET_NANOS) {
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(done);
            bar.setExtraMessage(message);
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
