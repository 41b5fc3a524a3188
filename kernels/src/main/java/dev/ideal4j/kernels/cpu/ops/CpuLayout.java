package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Workers;

/** Implements {@link Layout} by copies of arrays. */
public final class CpuLayout implements Layout.Implementation {
    private final CpuRuntime cpu;
    private final Workers workers;

    public CpuLayout(CpuRuntime cpu) {
        this.cpu = cpu;
        this.workers = cpu.workers();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        int count = (int) from.shape().size();
        System.arraycopy(cpu.array(from), offset(from), cpu.array(to), offset(to), count);
    }

    @Override
    public void gather(Tensor x, Indices rows, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        int[] chosen = cpu.array(rows);
        int first = (int) rows.offset();
        float[] to = cpu.array(out);
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
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.rows(
                x.shape().rows(),
                count,
                (row, scratch) -> System.arraycopy(
                        from, offset(x) + row * width + first, to, offset(out) + row * stride + at, count));
    }

    @Override
    public void lookup(Indices bytes, Tensor table, Tensor out) {
        int channels = out.shape().axis(1);
        int plane = out.shape().axis(2);
        int stride = bytes.shape().axis(1);
        int[] packed = cpu.array(bytes);
        float[] values = cpu.array(table);
        float[] to = cpu.array(out);
        workers.rows(out.shape().axis(0) * channels, plane, (row, scratch) -> {
            int first = (int) bytes.offset() + row / channels * stride;
            int channel = row % channels;
            int column = offset(table) + 256 * channel;
            for (int i = offset(out) + row * plane, end = i + plane, at = channel; i < end; i++, at += channels) {
                to[i] = values[column + (packed[first + (at >> 2)] >>> 8 * (at & 3) & 255)];
            }
        });
    }
}
