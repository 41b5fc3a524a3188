package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

record ReferenceNormalization(ReferenceBackend backend) implements Normalization.Implementation {
    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] scale = backend.read(gamma);
        double[] shift = backend.read(beta);
        for (int row = 0; row < x.shape().rows(); row++) {
            int from = row * width;
            standardize(values, from, width, eps);
            for (int i = 0; i < width; i++) {
                values[from + i] = values[from + i] * scale[i] + shift[i];
            }
        }
        backend.write(values, out);
    }

    /** Computes {@code (x − mean) / √(variance + eps)} in place and returns the divisor. */
    private static double standardize(double[] values, int from, int width, double eps) {
        double mean = 0;
        for (int i = from; i < from + width; i++) {
            mean += values[i] / width;
        }
        double variance = 0;
        for (int i = from; i < from + width; i++) {
            values[i] -= mean;
            variance += values[i] * values[i] / width;
        }
        double deviation = Math.sqrt(variance + eps);
        for (int i = from; i < from + width; i++) {
            values[i] /= deviation;
        }
        return deviation;
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        for (int row = 0; row < x.shape().rows(); row++) {
            Rows.normalize(values, row * width, width, eps);
        }
        backend.write(values, out);
    }

    @Override
    public void layerNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] scale = backend.read(gamma);
        double[] gradients = backend.read(dOut);
        double[] gammas = new double[width];
        double[] betas = new double[width];
        for (int row = 0; row < x.shape().rows(); row++) {
            int from = row * width;
            double deviation = standardize(values, from, width, eps);
            for (int i = 0; i < width; i++) {
                gammas[i] += gradients[from + i] * values[from + i];
                betas[i] += gradients[from + i];
                gradients[from + i] *= scale[i];
            }
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += gradients[from + i] / width;
            }
            double along = Rows.dot(gradients, from, values, from, width) / width;
            for (int i = from; i < from + width; i++) {
                gradients[i] = (gradients[i] - mean - along * values[i]) / deviation;
            }
        }
        backend.writeIfWanted(gradients, dx);
        backend.writeIfWanted(gammas, dGamma);
        backend.writeIfWanted(betas, dBeta);
    }

    @Override
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] gradients = backend.read(dOut);
        for (int row = 0; row < x.shape().rows(); row++) {
            l2Gradient(values, row * width, gradients, row * width, width, eps);
        }
        backend.write(gradients, dx);
    }

    /** Replaces the gradients of {@code x / max(‖x‖, eps)} by the gradients of x. */
    static void l2Gradient(double[] x, int atX, double[] gradients, int at, int width, double eps) {
        double norm = Rows.norm(x, atX, width);
        double along = norm > eps ? Rows.dot(x, atX, gradients, at, width) / (norm * norm) : 0;
        Rows.add(-along, x, atX, gradients, at, width);
        for (int i = at; i < at + width; i++) {
            gradients[i] /= Math.max(norm, eps);
        }
    }
}
