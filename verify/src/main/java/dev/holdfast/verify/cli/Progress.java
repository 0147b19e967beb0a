package dev.holdfast.verify.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on stderr, for runs that take over two seconds, where stderr is a terminal (the launcher knows). */
final class Progress implements AutoCloseable {
    private static final long QUIET_NANOS = 2_000_000_000L;

    /** The library would ask a native library for the terminal's width; every terminal has this much. */
    private static final int WIDTH = 79;

    /** A file's progress is counted in blocks of 2^BLOCK bytes, which an int counts in any file. */
    private static final int BLOCK = 16;

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

    /** Of a file that is read, by {@link #at}. */
    static Progress ofFile(String name, Path file) throws IOException {
        return of(name, (int) (Files.size(file) >> BLOCK));
    }

    /** So many bytes of the file have been read. */
    void at(long bytes) {
        int blocks = (int) (bytes >> BLOCK);
        if (blocks > done) {
            stepTo(blocks, "");
        }
    }

    /** One more is done; from any thread. */
    void step() {
        step("");
    }

    /** One more is done, and this is to be seen beside the bar. */
    synchronized void step(String message) {
        stepTo(done + 1, message);
    }

    private synchronized void stepTo(int now, String message) {
        done = now;
        if (terminal && bar == null && System.nanoTime() - start > QUIET_NANOS) {
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    // the time left follows from what is done from here on
                    .startsFrom(done, Duration.ofNanos(System.nanoTime() - start))
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
