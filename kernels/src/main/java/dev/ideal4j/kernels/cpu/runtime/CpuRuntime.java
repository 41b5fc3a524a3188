package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.host.HostMemory;
import dev.ideal4j.kernels.host.HostStorage;

/** What each operation of the CPU works with: its inner loops, its threads and the arrays behind tensors. */
public record CpuRuntime(Backend backend, HostMemory memory, InnerLoops loops, Workers workers) {
    /** The array behind a tensor of this backend; its first element is at {@link HostStorage#offset(Tensor)}. */
    public float[] array(Tensor tensor) {
        return HostStorage.floats(tensor, backend);
    }

    /** The array behind indices of this backend; the first is at {@link Indices#offset()}. */
    public int[] array(Indices indices) {
        return HostStorage.ints(indices, backend);
    }

    /** Memory for something prepared (a packed weight, an index) that lives as long as {@code scope}, or shorter. */
    public Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }
}
