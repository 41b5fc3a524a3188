package dev.ideal4j.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Counts bytes read and written, each operand once; reported beside the throughput as 10⁹ a second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class GigaBytes {
    /** 10⁹ bytes in this iteration. */
    public double gigaBytes;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
        gigaBytes = 0;
    }

    void floats(long count) {
        gigaBytes += 4e-9 * count;
    }
}
