package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

/** {@link Normalization}: two passes for the moments, one to write; a row stays in the first-level cache. */
final class CpuNormalization implements Normalization {
    private final CpuBackend backend;
    private final InnerLoops loops;
    private final Workers workers;

    CpuNormalization(CpuBackend backend, InnerLoops loops, Workers workers) {
        this.backend = backend;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        Normalization.checkLayerNorm(x, gamma, beta, out);
        int width = x.shape().last();
        float[] from = backend.array(x);
        float[] to = backend.array(out);
        float[] g = backend.array(gamma);
        float[] b = backend.array(beta);
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
        Normalization.checkL2(x, out);
        int width = x.shape().last();
        float[] from = backend.array(x);
        float[] to = backend.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            float norm = (float) Math.sqrt(loops.dot(from, at, from, at, width));
            loops.scale(from, at, 1 / Math.max(norm, eps), to, offset(out) + row * width, width);
        });
    }
}
