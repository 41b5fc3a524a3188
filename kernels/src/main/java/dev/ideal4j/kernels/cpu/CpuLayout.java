package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.kernels.host.HostStorage;

/** {@link Layout} by the JVM's own copies. */
final class CpuLayout implements Layout.Implementation {
    private final CpuBackend backend;
    private final Workers workers;

    CpuLayout(CpuBackend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        int count = (int) from.shape().size();
        System.arraycopy(backend.array(from), offset(from), backend.array(to), offset(to), count);
    }

    @Override
    public void gather(Tensor x, Indices rows, Tensor out) {
        int width = x.shape().last();
        float[] from = backend.array(x);
        int[] chosen = HostStorage.ints(rows, backend);
        int first = (int) rows.offset();
        float[] to = backend.array(out);
        workers.rows(
                out.shape().rows(),
                width,
                (row, scratch) -> System.arraycopy(
                        from, offset(x) + chosen[first + row] * width, to, offset(out) + row * width, width));
    }

    @Override
    public void columns(Tensor x, int first, Tensor out, int at, int count) {
        int width = x.shape().last();
        int stride = out.shape().last();
        float[] from = backend.array(x);
        float[] to = backend.array(out);
        workers.rows(
                x.shape().rows(),
                count,
                (row, scratch) -> System.arraycopy(
                        from, offset(x) + row * width + first, to, offset(out) + row * stride + at, count));
    }
}
