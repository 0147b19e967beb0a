package dev.holdfast.verify.model;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The memory that a thread has taken, in all. */
final class Allocated {
    static {
        // what tests alone read is no part of the module
        for (String name : List.of("java.management", "jdk.management")) {
            Allocated.class.getModule().addReads(ModuleLayer.boot().findModule(name).orElseThrow());
        }
    }

    private Allocated() {}

    /** Bytes that the thread that asks has allocated. */
    static long bytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
