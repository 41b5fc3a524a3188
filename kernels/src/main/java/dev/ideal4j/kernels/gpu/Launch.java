package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Storage;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuStorage;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * The launch of one kernel: its arguments in the order in which the kernel declares them, then the number of
 * work-groups. A launch of zero work-groups only checks the arguments.
 */
final class Launch {
    /** The number of elements for each work-group on a CPU. */
    private static final long PROCESSOR_SHARE = 4096;

    private static final long MOST_GROUPS = 1 << 16;

    private final GpuBackend backend;
    private final GpuKernel kernel;
    private final List<Object> arguments = new ArrayList<>();
    /**
     * The tensors are kept reachable until the launch, because the memory of an unreachable tensor may be given to
     * another one.
     */
    private final List<Object> tensors = new ArrayList<>();

    Launch(GpuBackend backend, GpuKernel kernel) {
        this.backend = backend;
        this.kernel = kernel;
    }

    /** Passes {@code IN(x)}. */
    Launch in(Tensor x) {
        return memory(x, x.storage(), x.offset());
    }

    /** Passes {@code IN_INTS(x)}. */
    Launch in(Indices x) {
        return memory(x, x.storage(), x.offset());
    }

    /** Passes {@code IN_INTS(x)} that begins at element {@code first} of x. */
    Launch in(Indices x, long first) {
        return memory(x, x.storage(), x.offset() + first);
    }

    /** Passes {@code OUT(x)}. */
    Launch out(Tensor x) {
        return memory(x, x.storage(), x.offset());
    }

    /** Passes {@code OUT_INTS(x)}. */
    Launch out(Indices x) {
        return memory(x, x.storage(), x.offset());
    }

    /** Passes {@code OUT_INTS(x)} that begins at element {@code first} of x. */
    Launch out(Indices x, long first) {
        return memory(x, x.storage(), x.offset() + first);
    }

    /**
     * Passes {@code IN(x)} or {@code OUT(x)}, or an absent tensor if x is null. The memory of {@code other} is passed
     * in place of an absent tensor.
     */
    Launch optional(Tensor x, Tensor other) {
        return x == null ? memory(other, other.storage(), -1) : memory(x, x.storage(), x.offset());
    }

    /** Passes an {@code int}. */
    Launch with(int value) {
        arguments.add(value);
        return this;
    }

    /** Passes several {@code int} values. */
    Launch with(int first, int... more) {
        with(first);
        for (int value : more) {
            with(value);
        }
        return this;
    }

    /** Passes an {@code i64}. The argument must have the type long. */
    Launch with(long value) {
        arguments.add(value);
        return this;
    }

    /** Passes a {@code float}. */
    Launch with(float value) {
        arguments.add(value);
        return this;
    }

    /** Starts a kernel over {@code EACH(i, count)}. It passes the last parameter {@code i64 count}. */
    void elements(long count) {
        elements(count, 1);
    }

    /** Same as {@link #elements(long)}, for each of some samples, which are {@code GROUP_Y}. */
    void elements(long count, int samples) {
        GpuDevice device = backend.runtime().device();
        long share = device.isProcessor() ? PROCESSOR_SHARE : device.groupSize();
        with(count);
        groups((int) Math.min(MOST_GROUPS, (count + share - 1) / share), samples, 1);
    }

    /** Starts a kernel that works on row {@code GROUP_X}. */
    void rows(int rows) {
        groups(rows, 1, 1);
    }

    /** Starts any other kernel on {@code x · y · z} work-groups, or nothing if a number is 0. */
    void groups(int x, int y, int z) {
        if (x > 0 && y > 0 && z > 0) {
            backend.runtime().launch(kernel, x, y, z, arguments.toArray());
            Reference.reachabilityFence(tensors);
        }
    }

    private Launch memory(Object tensor, Storage storage, long offset) {
        tensors.add(tensor);
        arguments.add(GpuStorage.buffer(storage, backend));
        arguments.add(offset);
        return this;
    }
}
