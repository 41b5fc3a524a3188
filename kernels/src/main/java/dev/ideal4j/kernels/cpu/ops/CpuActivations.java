package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Workers;

/** Implements {@link Activations} row by row. */
public final class CpuActivations implements Activations.Implementation {
    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuActivations(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void apply(Activation f, Tensor x, Tensor out) {
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.ranges(
                x.shape().size(), (at, count) -> loops.activate(f, from, offset(x) + at, to, offset(out) + at, count));
    }

    @Override
    public void add(Tensor a, float factor, Tensor b, Tensor out) {
        int period = Math.toIntExact(b.shape().size());
        float[] from = cpu.array(a);
        float[] addend = cpu.array(b);
        float[] to = cpu.array(out);
        workers.ranges(a.shape().size(), (at, count) -> {
            System.arraycopy(from, offset(a) + at, to, offset(out) + at, count);
            for (int done = 0; done < count; ) {
                int position = (at + done) % period;
                int run = Math.min(period - position, count - done);
                loops.axpy(factor, addend, offset(b) + position, to, offset(out) + at + done, run);
                done += run;
            }
        });
    }

    @Override
    public void scale(Tensor x, float factor, Tensor out) {
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.ranges(
                x.shape().size(),
                (at, count) -> loops.scale(from, offset(x) + at, factor, to, offset(out) + at, count));
    }

    @Override
    public void absolute(Tensor x, Tensor out) {
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.ranges(x.shape().size(), (at, count) -> {
            for (int i = at; i < at + count; i++) {
                to[offset(out) + i] = Math.abs(from[offset(x) + i]);
            }
        });
    }

    @Override
    public void siluGate(Tensor gu, Tensor out) {
        int width = out.shape().last();
        float[] from = cpu.array(gu);
        float[] to = cpu.array(out);
        workers.rows(out.shape().rows(), width, (row, scratch) -> {
            int at = offset(gu) + 2 * row * width;
            loops.siluGate(from, at, from, at + width, to, offset(out) + row * width, width);
        });
    }

    @Override
    public void softmax(Tensor x, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            int target = offset(out) + row * width;
            float sum = loops.expSum(from, at, loops.max(from, at, width), to, target, width);
            loops.scale(to, target, 1 / sum, to, target, width);
        });
    }

    @Override
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        float[] from = cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        workers.ranges(
                x.shape().size(),
                (at, count) -> loops.activationGradient(
                        f, from, offset(x) + at, g, offset(dOut) + at, to, offset(dx) + at, count));
    }

    @Override
    public void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        int width = y.shape().last();
        float[] from = cpu.array(y);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        workers.rows(y.shape().rows(), width, (row, scratch) -> {
            int at = offset(y) + row * width;
            int target = offset(dx) + row * width;
            System.arraycopy(g, offset(dOut) + row * width, to, target, width);
            RowGradients.softmax(loops, from, at, to, target, width);
        });
    }

    @Override
    public void dropout(Tensor x, Dropout dropout, Tensor out) {
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.ranges(x.shape().size(), (first, count) -> {
            for (int i = first; i < first + count; i++) {
                to[offset(out) + i] = from[offset(x) + i] * dropout.factor(i);
            }
        });
    }
}
