package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

final class ReferenceNormalization implements Normalization {
    private final ReferenceBackend backend;

    ReferenceNormalization(ReferenceBackend backend) {
        this.backend = backend;
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        Normalization.checkLayerNorm(x, gamma, beta, out);
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] scale = backend.read(gamma);
        double[] shift = backend.read(beta);
        for (int row = 0; row < x.shape().rows(); row++) {
            int from = row * width;
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += values[from + i] / width;
            }
            double variance = 0;
            for (int i = 0; i < width; i++) {
                double centred = values[from + i] - mean;
                variance += centred * centred / width;
            }
            for (int i = 0; i < width; i++) {
                values[from + i] = (values[from + i] - mean) / Math.sqrt(variance + eps) * scale[i] + shift[i];
            }
        }
        backend.write(values, out);
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        Normalization.checkL2(x, out);
        int width = x.shape().last();
        double[] values = backend.read(x);
        for (int row = 0; row < x.shape().rows(); row++) {
            Rows.normalize(values, row * width, width, eps);
        }
        backend.write(values, out);
    }
}
