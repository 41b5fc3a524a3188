package dev.ideal4j.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Counts floating-point operations; reported beside the throughput as 10⁹ a second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class GigaFlops {
    /** 10⁹ operations done in this iteration. */
    public double gigaFlops;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
        gigaFlops = 0;
    }
}
