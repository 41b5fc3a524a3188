package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/** Implements {@link Reductions} row by row. */
public final class CpuReductions implements Reductions.Implementation {
    /** The number of columns of one task in a sum over rows. */
    private static final int COLUMNS = 64;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuReductions(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            float[] best = scratch.floats(Use.STATE, k);
            TopK top = new TopK(loops, k, best, 0, scratch.ints(k), 0);
            int at = offset(x) + row * width;
            top.offer(from, at, width, 0);
            // TopK ranks NaN after all numbers, so k numbers can hide a NaN. The sum of a row with a NaN is NaN.
            boolean numbers = !Float.isNaN(loops.sum(from, at, width)) || noneNaN(from, at, width);
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += best[i];
            }
            to[offset(out) + row] = numbers ? (float) (sum / k) : Float.NaN;
        });
    }

    private static boolean noneNaN(float[] x, int at, int n) {
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(x[at + i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            to[offset(out) + row] = (float) Math.sqrt(loops.dot(from, at, from, at, width));
        });
    }

    @Override
    public void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            float[] values = scratch.floats(Use.ROWS, width);
            for (int i = 0; i < width; i++) {
                float value = from[offset(x) + row * width + i];
                values[i] = Float.isNaN(value) ? Float.POSITIVE_INFINITY : value;
            }
            int[] best = scratch.ints(k);
            new TopK(loops, k, scratch.floats(Use.STATE, k), 0, best, 0).offer(values, 0, width, 0);
            int target = offset(dx) + row * width;
            Arrays.fill(to, target, target + width, 0);
            for (int i = 0; i < k; i++) {
                to[target + best[i]] = g[offset(dOut) + row] / k;
            }
        });
    }

    @Override
    public void columnSum(Tensor x, Tensor out) {
        int width = x.shape().last();
        int rows = x.shape().rows();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.run(Panels.count(width, COLUMNS), (task, scratch) -> {
            int first = task * COLUMNS;
            int count = Math.min(COLUMNS, width - first);
            double[] sums = scratch.doubles(COLUMNS);
            Arrays.fill(sums, 0, count, 0);
            for (int row = 0; row < rows; row++) {
                int at = offset(x) + row * width + first;
                for (int i = 0; i < count; i++) {
                    sums[i] += from[at + i];
                }
            }
            for (int i = 0; i < count; i++) {
                to[offset(out) + first + i] = (float) sums[i];
            }
        });
    }
}
