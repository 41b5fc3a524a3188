package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BatchNorm;

/** Batch normalisation, column by column. */
record ReferenceBatchNorm(ReferenceBackend backend) implements BatchNorm.Implementation {
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
        int width = x.shape().last();
        double unbiased = (double) x.shape().rows() / (x.shape().rows() - 1);
        double[] values = backend.read(x);
        double[] mean = means(values, width);
        double[] variance = variances(values, mean);
        double[] oldMean = backend.read(runningMean);
        double[] oldVariance = backend.read(runningVariance);
        for (int i = 0; i < width; i++) {
            oldMean[i] += momentum * (mean[i] - oldMean[i]);
            oldVariance[i] += momentum * (unbiased * variance[i] - oldVariance[i]);
        }
        normalize(values, mean, variance, eps);
        scale(values, backend.read(gamma), backend.read(beta));
        backend.write(values, out);
        backend.write(oldMean, runningMean);
        backend.write(oldVariance, runningVariance);
    }

    @Override
    public void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        double[] values = backend.read(x);
        normalize(values, backend.read(mean), backend.read(variance), eps);
        scale(values, backend.read(gamma), backend.read(beta));
        backend.write(values, out);
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
        double[] values = backend.read(x);
        double[] means = mean == null ? means(values, width) : backend.read(mean);
        double[] variances = mean == null ? variances(values, means) : backend.read(variance);
        double[] scales = backend.read(gamma);
        double[] gradients = backend.read(dOut);
        normalize(values, means, variances, eps);
        double[] gammas = new double[width];
        double[] betas = new double[width];
        for (int i = 0; i < values.length; i++) {
            gammas[i % width] += gradients[i] * values[i];
            betas[i % width] += gradients[i];
        }
        for (int i = 0; i < values.length; i++) {
            int column = i % width;
            double throughStatistics = mean == null ? (betas[column] + gammas[column] * values[i]) / rows : 0;
            gradients[i] = scales[column] * (gradients[i] - throughStatistics) / Math.sqrt(variances[column] + eps);
        }
        backend.writeIfWanted(gradients, dx);
        backend.writeIfWanted(gammas, dGamma);
        backend.writeIfWanted(betas, dBeta);
    }

    private static double[] means(double[] values, int width) {
        double[] means = new double[width];
        for (int i = 0; i < values.length; i++) {
            means[i % width] += values[i] * width / values.length;
        }
        return means;
    }

    private static double[] variances(double[] values, double[] means) {
        int width = means.length;
        double[] variances = new double[width];
        for (int i = 0; i < values.length; i++) {
            variances[i % width] += Math.pow(values[i] - means[i % width], 2) * width / values.length;
        }
        return variances;
    }

    private static void normalize(double[] values, double[] means, double[] variances, double eps) {
        for (int i = 0; i < values.length; i++) {
            int column = i % means.length;
            values[i] = (values[i] - means[column]) / Math.sqrt(variances[column] + eps);
        }
    }

    private static void scale(double[] values, double[] gamma, double[] beta) {
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * gamma[i % gamma.length] + beta[i % gamma.length];
        }
    }
}
