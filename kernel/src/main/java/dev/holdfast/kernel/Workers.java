package dev.holdfast.kernel;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share work: the caller and up to count − 1 tasks of an executor. Which thread does a piece is left open;
 * operations that take workers give the same bits for any number of them. Immutable and safe to share.
 *
 * <p>The caller never waits for an executor that is busy: a task that has not started when the last piece is taken does
 * nothing.
 */
public final class Workers {
    private static final Workers ONE = new Workers(Runnable::run, 1);
    private static final Workers COMMON =
            new Workers(ForkJoinPool.commonPool(), ForkJoinPool.getCommonPoolParallelism() + 1);

    private final Executor executor;
    private final int count;

    private Workers(Executor executor, int count) {
        this.executor = executor;
        this.count = count;
    }

    /** The caller alone. */
    public static Workers one() {
        return ONE;
    }

    /** The caller and the JDK's common pool: one worker a processor. */
    public static Workers common() {
        return COMMON;
    }

    /**
     * The caller and an executor of the user's.
     *
     * @param executor gets up to count − 1 tasks at a time; one that runs them in the caller's thread, or that refuses
     *        them, leaves the work to the caller
     * @param count workers, at least 1
     */
    public static Workers of(Executor executor, int count) {
        Arguments.atLeast("count", count, 1);
        if (executor == null) {
            throw new IllegalArgumentException("executor = null, expected an executor");
        }
        return new Workers(executor, count);
    }

    /** How many pieces run at the same time at most. */
    public int count() {
        return count;
    }

    @Override
    public String toString() {
        return count + " workers";
    }

    /** A share of the work. */
    @FunctionalInterface
    public interface Piece {
        /**
         * Does one piece.
         *
         * @param worker 0..count−1; at no time do two threads have the same
         * @param piece the piece's number
         */
        void run(int worker, int piece);
    }

    /**
     * Runs pieces 0..pieces−1, each once, in no particular order, and returns when all are done. Whatever a piece
     * throws is thrown here, the first of several, once every running piece has ended; pieces that have not begun by
     * then are left out. So is what the executor throws when it gets a task, but for a {@link
     * RejectedExecutionException}.
     */
    public void forEach(int pieces, Piece piece) {
        Arguments.atLeast("pieces", pieces, 0);
        Run run = new Run(pieces, piece);
        for (int worker = 1; worker < Math.min(count, pieces) && run.isOpen(); worker++) {
            try {
                executor.execute(run);
            } catch (RejectedExecutionException e) {
                break;
            } catch (Throwable e) {
                run.fail(e);
            }
        }
        run.finish();
    }

    private static final class Run implements Runnable {
        /** Added to {@link #active} when nobody may join any more. */
        private static final int CLOSED = 1 << 30;
        /** Turns of waiting before the caller lets go of the processor: about as long as waking it would take. */
        private static final int SPINS = 10_000;

        private final int pieces;
        private final Piece piece;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger workers = new AtomicInteger(1);
        private final AtomicInteger active = new AtomicInteger();
        /** A long, for every worker counts past the last piece. */
        private final AtomicLong next = new AtomicLong();

        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Run(int pieces, Piece piece) {
            this.pieces = pieces;
            this.piece = piece;
        }

        /** Whether a piece is left. */
        boolean isOpen() {
            return next.get() < pieces;
        }

        /** Lets no piece begin any more. */
        void fail(Throwable e) {
            failure.compareAndSet(null, e);
            next.set(pieces);
        }

        /** A worker's part; nothing if all pieces have been taken. */
        @Override
        public void run() {
            if (active.incrementAndGet() < CLOSED) {
                work(workers.getAndIncrement());
            }
            if (active.decrementAndGet() == CLOSED) {
                LockSupport.unpark(caller);
            }
        }

        private void work(int worker) {
            try {
                for (long i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
                    piece.run(worker, (int) i);
                }
            } catch (Throwable e) {
                fail(e);
            }
        }

        /** The caller's part. */
        void finish() {
            work(0);
            active.addAndGet(CLOSED);
            for (int spin = 0; (active.get() & CLOSED - 1) > 0; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (failure.get() != null) {
                Run.<RuntimeException>rethrow(failure.get());
            }
        }

        /** Throws what pieces written in other languages may throw undeclared: a checked exception, too. */
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }
}
