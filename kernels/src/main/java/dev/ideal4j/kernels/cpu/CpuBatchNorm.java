package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;

/**
 * Batch normalisation; arguments are checked by the caller. A task takes some columns down all rows, with sums in double
 * precision.
 */
final class CpuBatchNorm {
    /** Columns of one task: a cache line. */
    private static final int COLUMNS = 16;

    private final CpuBackend backend;
    private final Workers workers;

    CpuBatchNorm(CpuBackend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    /** Some columns of a tensor, and what is known of them. */
    private final class Columns {
        final float[] x;
        final int at;
        final int first;
        final int count;
        final int rows;
        final int width;
        final double[] mean = new double[COLUMNS];
        final double[] variance = new double[COLUMNS];

        Columns(Tensor tensor, int task) {
            x = backend.array(tensor);
            width = tensor.shape().last();
            rows = tensor.shape().rows();
            first = task * COLUMNS;
            count = Math.min(COLUMNS, width - first);
            at = offset(tensor) + first;
        }

        /** Takes the statistics of the rows. */
        void measure() {
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    mean[i] += x[at + row * width + i];
                }
            }
            for (int i = 0; i < count; i++) {
                mean[i] /= rows;
            }
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < count; i++) {
                    double apart = x[at + row * width + i] - mean[i];
                    variance[i] += apart * apart;
                }
            }
            for (int i = 0; i < count; i++) {
                variance[i] /= rows;
            }
        }

        /** Takes given statistics. */
        void take(float[] means, int meansAt, float[] variances, int variancesAt) {
            for (int i = 0; i < count; i++) {
                mean[i] = means[meansAt + first + i];
                variance[i] = variances[variancesAt + first + i];
            }
        }

        double factor(int i, float eps) {
            return 1 / Math.sqrt(variance[i] + eps);
        }

        /** Writes {@code (x − mean) · factor · gamma + beta}. */
        void write(float eps, float[] gamma, int gammaAt, float[] beta, int betaAt, float[] to, int toAt) {
            double[] scale = new double[COLUMNS];
            for (int i = 0; i < count; i++) {
                scale[i] = factor(i, eps) * gamma[gammaAt + first + i];
            }
            for (int row = 0; row < rows; row++) {
                int start = row * width;
                for (int i = 0; i < count; i++) {
                    double unit = (x[at + start + i] - mean[i]) * scale[i];
                    to[toAt + first + start + i] = (float) (unit + beta[betaAt + first + i]);
                }
            }
        }
    }

    void train(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        double unbiased = (double) x.shape().rows() / (x.shape().rows() - 1);
        float[] g = backend.array(gamma);
        float[] b = backend.array(beta);
        float[] means = backend.array(runningMean);
        float[] variances = backend.array(runningVariance);
        float[] to = backend.array(out);
        workers.run(Panels.count(x.shape().last(), COLUMNS), (task, scratch) -> {
            Columns columns = new Columns(x, task);
            columns.measure();
            for (int i = 0; i < columns.count; i++) {
                int m = offset(runningMean) + columns.first + i;
                int v = offset(runningVariance) + columns.first + i;
                means[m] = (float) (means[m] + momentum * (columns.mean[i] - means[m]));
                variances[v] = (float) (variances[v] + momentum * (unbiased * columns.variance[i] - variances[v]));
            }
            columns.write(eps, g, offset(gamma), b, offset(beta), to, offset(out));
        });
    }

    void apply(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        float[] g = backend.array(gamma);
        float[] b = backend.array(beta);
        float[] means = backend.array(mean);
        float[] variances = backend.array(variance);
        float[] to = backend.array(out);
        workers.run(Panels.count(x.shape().last(), COLUMNS), (task, scratch) -> {
            Columns columns = new Columns(x, task);
            columns.take(means, offset(mean), variances, offset(variance));
            columns.write(eps, g, offset(gamma), b, offset(beta), to, offset(out));
        });
    }

    /** With the batch's statistics if {@code mean} and {@code variance} are null. */
    void gradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        float[] scale = backend.array(gamma);
        float[] means = mean == null ? null : backend.array(mean);
        float[] variances = mean == null ? null : backend.array(variance);
        float[] g = backend.array(dOut);
        float[] to = dx == null ? null : backend.array(dx);
        workers.run(Panels.count(x.shape().last(), COLUMNS), (task, scratch) -> {
            Columns columns = new Columns(x, task);
            if (mean == null) {
                columns.measure();
            } else {
                columns.take(means, offset(mean), variances, offset(variance));
            }
            int first = columns.first;
            double[] alongUnit = new double[COLUMNS];
            double[] level = new double[COLUMNS];
            double[] factor = new double[COLUMNS];
            for (int i = 0; i < columns.count; i++) {
                factor[i] = columns.factor(i, eps);
            }
            for (int row = 0; row < columns.rows; row++) {
                int start = row * columns.width;
                for (int i = 0; i < columns.count; i++) {
                    double d = g[offset(dOut) + first + start + i];
                    alongUnit[i] += d * (columns.x[columns.at + start + i] - columns.mean[i]) * factor[i];
                    level[i] += d;
                }
            }
            store(alongUnit, dGamma, columns);
            store(level, dBeta, columns);
            for (int row = 0; to != null && row < columns.rows; row++) {
                int start = row * columns.width;
                for (int i = 0; i < columns.count; i++) {
                    double d = g[offset(dOut) + first + start + i];
                    if (mean == null) {
                        double unit = (columns.x[columns.at + start + i] - columns.mean[i]) * factor[i];
                        d -= (level[i] + alongUnit[i] * unit) / columns.rows;
                    }
                    to[offset(dx) + first + start + i] = (float) (scale[offset(gamma) + first + i] * d * factor[i]);
                }
            }
        });
    }

    private void store(double[] sums, Tensor out, Columns columns) {
        if (out != null) {
            float[] to = backend.array(out);
            for (int i = 0; i < columns.count; i++) {
                to[offset(out) + columns.first + i] = (float) sums[i];
            }
        }
    }
}
