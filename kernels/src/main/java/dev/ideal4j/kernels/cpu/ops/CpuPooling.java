package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/** Implements {@link Pooling} window by window, for all channels of a pixel at a time. */
public final class CpuPooling implements Pooling.Implementation {
    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuPooling(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void max(Tensor x, Window window, Tensor out) {
        int channels = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        WindowRuns runs = new WindowRuns(x.shape(), window);
        workers.rows(runs.rows(), runs.rowLength(), (row, scratch) -> {
            for (int column = 0; column < runs.across(); column++) {
                int target = offset(out) + (row * runs.across() + column) * channels;
                Arrays.fill(to, target, target + channels, Float.NEGATIVE_INFINITY);
                runs.ofWindow(row, column, (pixel, unfolded, count) -> {
                    for (int at = offset(x) + pixel; at < offset(x) + pixel + count; at += channels) {
                        for (int i = 0; i < channels; i++) {
                            to[target + i] = Math.max(to[target + i], from[at + i]);
                        }
                    }
                });
            }
        });
    }

    @Override
    public void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        int channels = x.shape().last();
        float[] from = cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        forEachWindow(dx, window, (runs, row, column, scratch) -> {
            int source = offset(dOut) + (row * runs.across() + column) * channels;
            float[] best = scratch.floats(Use.STATE, channels);
            int[] where = scratch.ints(channels);
            Arrays.fill(where, 0, channels, -1);
            runs.ofWindow(row, column, (pixel, unfolded, count) -> {
                for (int at = pixel; at < pixel + count; at += channels) {
                    for (int i = 0; i < channels; i++) {
                        float value = from[offset(x) + at + i];
                        if (where[i] < 0 || value > best[i] || Float.isNaN(value)) {
                            best[i] = value;
                            where[i] = at + i;
                        }
                    }
                }
            });
            for (int i = 0; i < channels; i++) {
                to[offset(dx) + where[i]] += g[source + i];
            }
        });
    }

    /** The operation on a window. */
    private interface Step {
        void run(WindowRuns runs, int row, int column, Scratch scratch);
    }

    /** Sets dx to 0, then runs over all windows. The windows of an image overlap, so they are processed in order. */
    private void forEachWindow(Tensor dx, Window window, Step step) {
        WindowRuns runs = new WindowRuns(dx.shape(), window);
        float[] to = cpu.array(dx);
        workers.run(dx.shape().axis(0), (image, scratch) -> {
            int start = offset(dx) + image * runs.imageLength();
            Arrays.fill(to, start, start + runs.imageLength(), 0);
            for (int row = image * runs.down(); row < (image + 1) * runs.down(); row++) {
                for (int column = 0; column < runs.across(); column++) {
                    step.run(runs, row, column, scratch);
                }
            }
        });
    }

    @Override
    public void average(Tensor x, Window window, Tensor out) {
        int channels = x.shape().last();
        float share = 1f / (window.kernel() * window.kernel());
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        WindowRuns runs = new WindowRuns(x.shape(), window);
        workers.rows(runs.rows(), runs.rowLength(), (row, scratch) -> {
            for (int column = 0; column < runs.across(); column++) {
                int target = offset(out) + (row * runs.across() + column) * channels;
                Arrays.fill(to, target, target + channels, 0);
                runs.ofWindow(row, column, (pixel, unfolded, count) -> {
                    for (int at = offset(x) + pixel; at < offset(x) + pixel + count; at += channels) {
                        loops.axpy(share, from, at, to, target, channels);
                    }
                });
            }
        });
    }
}
