package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.host.CacheLine;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Implements {@link BatchNorm}. A few rows at a time are summed in single precision, so that vector instructions can be
 * used. These partial sums are added in double precision.
 */
public final class CpuBatchNorm implements BatchNorm.Implementation {
    /** The number of rows that are summed in single precision. */
    private static final int RUN = 32;

    /** The largest number of tasks of a sum over all rows. Each task keeps its own sum. */
    private static final int TASKS = 32;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuBatchNorm(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    /** Adds the contribution of a row to sums. */
    private interface Share {
        /**
         * Adds the contribution of a row.
         *
         * @param sums {@code (lines, width)}
         * @param spare working memory for a row
         */
        void add(int row, float[] sums, int at, float[] spare, int spareAt);
    }

    /**
     * Sums over all rows.
     *
     * @param lines number of sums per column
     * @return {@code (lines, width)}
     */
    private double[] sums(int rows, int width, int lines, Share share) {
        int each = Math.max(RUN, Panels.count(Panels.count(rows, TASKS), RUN) * RUN);
        int length = lines * width;
        double[][] parts = new double[Panels.count(rows, each)][length];
        workers.run(parts.length, (task, scratch) -> {
            float[] run = scratch.floats(Use.ACCUMULATOR, length);
            float[] spare = scratch.floats(Use.VALUES, width);
            int last = Math.min(rows, (task + 1) * each);
            for (int first = task * each; first < last; first += RUN) {
                Arrays.fill(run, CacheLine.START, CacheLine.START + length, 0);
                for (int row = first; row < Math.min(last, first + RUN); row++) {
                    share.add(row, run, CacheLine.START, spare, CacheLine.START);
                }
                for (int i = 0; i < length; i++) {
                    parts[task][i] += run[CacheLine.START + i];
                }
            }
        });
        for (int task = 1; task < parts.length; task++) {
            for (int i = 0; i < length; i++) {
                parts[0][i] += parts[task][i];
            }
        }
        return parts[0];
    }

    /** Mean and variance of the columns. */
    private record Statistics(float[] mean, double[] variance) {
        /** {@code 1/√(variance + eps)}. */
        double factor(int i, float eps) {
            return 1 / Math.sqrt(variance[i] + eps);
        }
    }

    private Statistics given(Tensor mean, Tensor variance) {
        int width = mean.shape().last();
        float[] means = cpu.array(mean);
        float[] variances = cpu.array(variance);
        double[] widened = new double[width];
        Arrays.setAll(widened, i -> variances[offset(variance) + i]);
        return new Statistics(Arrays.copyOfRange(means, offset(mean), offset(mean) + width), widened);
    }

    private Statistics measured(Tensor x) {
        int width = x.shape().last();
        int rows = x.shape().rows();
        float[] from = cpu.array(x);
        double[] sums = sums(
                rows,
                width,
                1,
                (row, to, at, spare, spareAt) -> loops.add(to, at, from, offset(x) + row * width, to, at, width));
        float[] mean = new float[width];
        double[] exact = new double[width];
        for (int i = 0; i < width; i++) {
            exact[i] = sums[i] / rows;
            mean[i] = (float) exact[i];
        }
        double[] variance = sums(rows, width, 1, (row, to, at, spare, spareAt) -> {
            loops.centre(from, offset(x) + row * width, mean, 0, 1, spare, spareAt, width);
            loops.multiplyAdd(spare, spareAt, spare, spareAt, to, at, to, at, width);
        });
        for (int i = 0; i < width; i++) {
            double rounding = exact[i] - mean[i];
            variance[i] = Math.max(0, variance[i] / rows - rounding * rounding);
        }
        return new Statistics(mean, variance);
    }

    @Override
    public void training(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        double unbiased = (double) x.shape().rows() / (x.shape().rows() - 1);
        float[] means = cpu.array(runningMean);
        float[] variances = cpu.array(runningVariance);
        Statistics found = measured(x);
        for (int i = 0; i < found.mean.length; i++) {
            int m = offset(runningMean) + i;
            int v = offset(runningVariance) + i;
            means[m] += momentum * (found.mean[i] - means[m]);
            variances[v] = (float) (variances[v] + momentum * (unbiased * found.variance[i] - variances[v]));
        }
        write(x, gamma, beta, found, eps, out);
    }

    @Override
    public void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        write(x, gamma, beta, given(mean, variance), eps, out);
    }

    /** Writes {@code (x − mean) · factor · gamma + beta}. */
    private void write(Tensor x, Tensor gamma, Tensor beta, Statistics statistics, float eps, Tensor out) {
        int width = x.shape().last();
        float[] from = cpu.array(x);
        float[] g = cpu.array(gamma);
        float[] b = cpu.array(beta);
        float[] to = cpu.array(out);
        float[] scale = new float[width];
        for (int i = 0; i < width; i++) {
            scale[i] = (float) (statistics.factor(i, eps) * g[offset(gamma) + i]);
        }
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(out) + row * width;
            loops.centre(from, offset(x) + row * width, statistics.mean, 0, 1, to, at, width);
            loops.multiplyAdd(to, at, scale, 0, b, offset(beta), to, at, width);
        });
    }

    @Override
    public void fixedGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        int width = x.shape().last();
        int rows = x.shape().rows();
        float[] from = cpu.array(x);
        float[] weight = cpu.array(gamma);
        float[] g = cpu.array(dOut);
        Statistics statistics = mean == null ? measured(x) : given(mean, variance);
        // The sums of d and of d · (x − mean) for each column.
        double[] sums = sums(rows, width, 2, (row, to, at, spare, spareAt) -> {
            int start = row * width;
            loops.add(to, at, g, offset(dOut) + start, to, at, width);
            loops.centre(from, offset(x) + start, statistics.mean, 0, 1, spare, spareAt, width);
            loops.multiplyAdd(g, offset(dOut) + start, spare, spareAt, to, at + width, to, at + width, width);
        });
        double[] factor = new double[width];
        Arrays.setAll(factor, i -> statistics.factor(i, eps));
        store(i -> sums[width + i] * factor[i], dGamma);
        store(i -> sums[i], dBeta);
        if (dx != null) {
            float[] outer = new float[width];
            for (int i = 0; i < width; i++) {
                outer[i] = (float) (weight[offset(gamma) + i] * factor[i]);
            }
            if (mean == null) {
                float[] ofX = new float[width];
                float[] shift = new float[width];
                for (int i = 0; i < width; i++) {
                    ofX[i] = (float) (-factor[i] * factor[i] * sums[width + i] / rows);
                    shift[i] = (float) (-sums[i] / rows);
                }
                write(x, statistics.mean, ofX, shift, dOut, outer, dx);
            } else {
                float[] to = cpu.array(dx);
                workers.rows(rows, width, (row, scratch) -> {
                    int start = row * width;
                    loops.multiply(g, offset(dOut) + start, outer, 0, to, offset(dx) + start, width);
                });
            }
        }
    }

    /** Writes {@code ((x − mean) · ofX + shift + d) · outer}. */
    private void write(Tensor x, float[] mean, float[] ofX, float[] shift, Tensor d, float[] outer, Tensor dx) {
        int width = mean.length;
        float[] from = cpu.array(x);
        float[] g = cpu.array(d);
        float[] to = cpu.array(dx);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            float[] spare = scratch.floats(Use.VALUES, width);
            int at = CacheLine.START;
            int start = row * width;
            loops.centre(from, offset(x) + start, mean, 0, 1, spare, at, width);
            loops.multiplyAdd(spare, at, ofX, 0, shift, 0, spare, at, width);
            loops.add(spare, at, g, offset(d) + start, spare, at, width);
            loops.multiply(spare, at, outer, 0, to, offset(dx) + start, width);
        });
    }

    private void store(IntToDoubleFunction values, Tensor out) {
        if (out != null) {
            float[] to = cpu.array(out);
            for (int i = 0; i < out.shape().last(); i++) {
                to[offset(out) + i] = (float) values.applyAsDouble(i);
            }
        }
    }
}
