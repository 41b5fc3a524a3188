package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.host.HostMemory;
import dev.ideal4j.kernels.host.HostStorage;

/** The context that each CPU operation works with: its inner loops, its threads and the arrays behind the tensors. */
public record CpuRuntime(Backend backend, HostMemory memory, InnerLoops loops, Workers workers) {
    /**
     * Returns the array behind a tensor of this backend. The tensor's first element is at
     * {@link HostStorage#offset(Tensor)}.
     */
    public float[] array(Tensor tensor) {
        return HostStorage.floats(tensor, backend);
    }

    /** Returns the array behind indices of this backend. The first index is at {@link Indices#offset()}. */
    public int[] array(Indices indices) {
        return HostStorage.ints(indices, backend);
    }

    /**
     * Returns memory for a prepared object (a packed weight, an index). The memory lives at most as long as
     * {@code scope}.
     */
    public Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }
}
