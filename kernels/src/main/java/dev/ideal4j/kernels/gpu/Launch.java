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
 * The launch of one kernel: its arguments in the order in which it declares them, then how many work-groups. A launch over
 * nothing does nothing, once the arguments have been checked.
 */
final class Launch {
    /** Elements for which a processor starts another work-group. */
    private static final long PROCESSOR_SHARE = 4096;

    private static final long MOST_GROUPS = 1 << 16;

    private final GpuBackend backend;
    private final GpuKernel kernel;
    private final List<Object> arguments = new ArrayList<>();
    /** Kept reachable until the launch: the memory of a forgotten tensor becomes another's. */
    private final List<Object> tensors = new ArrayList<>();

    Launch(GpuBackend backend, GpuKernel kernel) {
        this.backend = backend;
        this.kernel = kernel;
    }

    /** For {@code IN(x)}. */
    Launch in(Tensor x) {
        return memory(x, x.storage(), x.offset());
    }

    /** For {@code IN_INTS(x)}. */
    Launch in(Indices x) {
        return memory(x, x.storage(), x.offset());
    }

    /** For {@code IN_INTS(x)} that begins at element {@code first} of x. */
    Launch in(Indices x, long first) {
        return memory(x, x.storage(), x.offset() + first);
    }

    /** For {@code OUT(x)}. */
    Launch out(Tensor x) {
        return memory(x, x.storage(), x.offset());
    }

    /** For {@code OUT_INTS(x)}. */
    Launch out(Indices x) {
        return memory(x, x.storage(), x.offset());
    }

    /** For {@code OUT_INTS(x)} that begins at element {@code first} of x. */
    Launch out(Indices x, long first) {
        return memory(x, x.storage(), x.offset() + first);
    }

    /** For {@code IN(x)} or {@code OUT(x)} that may be absent (null); {@code other} stands in for the memory. */
    Launch optional(Tensor x, Tensor other) {
        return x == null ? memory(other, other.storage(), -1) : memory(x, x.storage(), x.offset());
    }

    /** For {@code int}. */
    Launch with(int value) {
        arguments.add(value);
        return this;
    }

    /** For several {@code int}. */
    Launch with(int first, int... more) {
        with(first);
        for (int value : more) {
            with(value);
        }
        return this;
    }

    /** For {@code i64}: mind the type of what is passed. */
    Launch with(long value) {
        arguments.add(value);
        return this;
    }

    /** For {@code float}. */
    Launch with(float value) {
        arguments.add(value);
        return this;
    }

    /** For a kernel over {@code EACH(i, count)}, whose last parameter is {@code i64 count}: passes it and starts. */
    void elements(long count) {
        elements(count, 1);
    }

    /** As {@link #elements(long)}, for each of some samples, {@code GROUP_Y}. */
    void elements(long count, int samples) {
        GpuDevice device = backend.runtime().device();
        long share = device.isProcessor() ? PROCESSOR_SHARE : device.groupSize();
        with(count);
        groups((int) Math.min(MOST_GROUPS, (count + share - 1) / share), samples, 1);
    }

    /** For a kernel that works on row {@code GROUP_X}. */
    void rows(int rows) {
        groups(rows, 1, 1);
    }

    /** For any other kernel. */
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
