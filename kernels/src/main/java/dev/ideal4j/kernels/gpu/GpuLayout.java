package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import java.lang.ref.Reference;

/** Implements {@link Layout} by copies of the runtime and {@code layout.kc}. */
final class GpuLayout implements Layout.Implementation {
    private final GpuBackend backend;
    private final Kernels kernels;

    GpuLayout(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("layout");
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        GpuBuffer source = backend.buffer(from);
        GpuBuffer target = backend.buffer(to);
        long bytes = 4 * from.shape().size();
        if (bytes > 0) {
            backend.runtime().copy(source, 4 * from.offset(), target, 4 * to.offset(), bytes);
        }
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(to);
    }

    @Override
    public void gather(Tensor x, Indices rows, Tensor out) {
        kernels.launch("gather")
                .in(x)
                .in(rows)
                .out(out)
                .with(x.shape().last())
                .elements(out.shape().size());
    }

    @Override
    public void columns(Tensor x, int first, Tensor out, int at, int count) {
        kernels.launch("columns")
                .in(x)
                .out(out)
                .with(x.shape().last(), first, out.shape().last(), at, count)
                .elements((long) x.shape().rows() * count);
    }

    @Override
    public void lookup(Indices bytes, Tensor table, Tensor out) {
        int plane = out.shape().axis(2);
        kernels.launch("lookup")
                .in(bytes)
                .in(table)
                .out(out)
                .with(out.shape().axis(1), plane, bytes.shape().axis(1))
                .elements((long) out.shape().axis(0) * plane);
    }
}
