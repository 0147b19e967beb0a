package dev.holdfast.verify;

import java.lang.management.ManagementFactory;
import java.util.List;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.Store;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/**
 * Ends every property after {@code holdfast.property.millis} of its thread's processor time: mutants are judged by
 * thousands of runs of them (MUTATION.md). Without this system property every property has all of its tries.
 */
public final class BriefProperties implements AroundTryHook {
    private static final long LIMIT = Long.getLong("holdfast.property.millis", 0) * 1_000_000;

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
        if (LIMIT == 0) {
            return aTry.execute(parameters);
        }
        long end = Store.getOrCreate(BriefProperties.class, Lifespan.PROPERTY, () -> time() + LIMIT)
                .get();
        return time() < end ? aTry.execute(parameters) : TryExecutionResult.satisfied();
    }

    /** Registered for the engine, meant for every property. */
    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    private static long time() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
