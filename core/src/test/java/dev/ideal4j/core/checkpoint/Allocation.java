package dev.ideal4j.core.checkpoint;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** How many bytes of heap something takes, garbage included. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Bytes that opening a file, or reading one tensor, may take: what the limit lets through, twice for garbage. */
    static long allowedFor(Path file) {
        return 2 * Math.max(AllocationLimit.FLOOR, 4 * file.toFile().length());
    }

    /** Bytes that this thread allocates while {@code action} runs. */
    static long during(Runnable action) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        action.run();
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
