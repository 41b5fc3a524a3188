package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Implements {@link Normalization}. LayerNorm takes two passes for the moments and one to write, and a row stays in the
 * first-level cache.
 */
public final class CpuNormalization implements Normalization.Implementation {
    /** The number of columns of one task in a sum over rows. */
    private static final int COLUMNS = 64;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuNormalization(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        float[] g = cpu.array(gamma);
        float[] b = cpu.array(beta);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            float mean = loops.sum(from, at, width) / width;
            float variance = loops.squares(from, at, width, mean) / width;
            float factor = (float) (1 / Math.sqrt((double) variance + eps));
            int target = offset(out) + row * width;
            loops.standardize(from, at, mean, factor, g, offset(gamma), b, offset(beta), to, target, width);
        });
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            float norm = (float) Math.sqrt(loops.dot(from, at, from, at, width));
            loops.scale(from, at, 1 / Math.max(norm, eps), to, offset(out) + row * width, width);
        });
    }

    @Override
    public void layerNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        int rows = x.shape().rows();
        float[] scale = cpu.array(gamma);
        Scratch shared = workers.borrow();
        try {
            float[] moments = shared.floats(Use.STATE, 2 * rows);
            moments(x, eps, moments);
            if (dGamma != null) {
                sumOverRows(x, dOut, moments, dGamma);
            }
            if (dBeta != null) {
                sumOverRows(null, dOut, moments, dBeta);
            }
            if (dx != null) {
                rowGradients(x, scale, offset(gamma), dOut, moments, dx);
            }
        } finally {
            workers.giveBack(shared);
        }
    }

    /** Computes, for each row, the mean and the factor that standardises it. */
    private void moments(Tensor x, float eps, float[] moments) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            float mean = loops.sum(from, at, width) / width;
            moments[2 * row] = mean;
            moments[2 * row + 1] = (float) (1 / Math.sqrt((double) loops.squares(from, at, width, mean) / width + eps));
        });
    }

    /** Computes {@code Σ dOut ⊙ x̂}, or {@code Σ dOut} if x is null, over all rows. A task sums some of the columns. */
    private void sumOverRows(Tensor x, Tensor dOut, float[] moments, Tensor out) {
        int width = dOut.shape().last();
        int rows = dOut.shape().rows();
        float[] from = x == null ? null : cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(out);
        workers.run(Panels.count(width, COLUMNS), (task, scratch) -> {
            int first = task * COLUMNS;
            int count = Math.min(COLUMNS, width - first);
            double[] sums = scratch.doubles(COLUMNS);
            Arrays.fill(sums, 0, count, 0);
            for (int row = 0; row < rows; row++) {
                int at = row * width + first;
                for (int i = 0; i < count; i++) {
                    float unit = x == null ? 1 : (from[offset(x) + at + i] - moments[2 * row]) * moments[2 * row + 1];
                    sums[i] += g[offset(dOut) + at + i] * unit;
                }
            }
            for (int i = 0; i < count; i++) {
                to[offset(out) + first + i] = (float) sums[i];
            }
        });
    }

    private void rowGradients(Tensor x, float[] scale, int scaleAt, Tensor dOut, float[] moments, Tensor dx) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            float[] unit = scratch.floats(Use.ROWS, 2 * width);
            float mean = moments[2 * row];
            float factor = moments[2 * row + 1];
            for (int i = 0; i < width; i++) {
                unit[i] = (from[offset(x) + row * width + i] - mean) * factor;
            }
            loops.multiply(g, offset(dOut) + row * width, scale, scaleAt, unit, width, width);
            float level = loops.sum(unit, width, width) / width;
            float along = loops.dot(unit, 0, unit, width, width) / width;
            for (int i = 0; i < width; i++) {
                to[offset(dx) + row * width + i] = (unit[width + i] - level - along * unit[i]) * factor;
            }
        });
    }

    @Override
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = row * width;
            System.arraycopy(g, offset(dOut) + at, to, offset(dx) + at, width);
            RowGradients.l2(loops, from, offset(x) + at, eps, to, offset(dx) + at, width);
        });
    }
}
