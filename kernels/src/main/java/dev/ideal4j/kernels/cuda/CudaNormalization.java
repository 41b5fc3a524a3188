package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;

/** LayerNorm of rows that fit a warp's registers by {@code layernorm.cu}, float32; all else stays portable. */
final class CudaNormalization implements Normalization {
    private static final int WARPS = 8;
    /** A warp's numbers when each lane has four. */
    private static final int PART = 128;
    /** How many parts the kernels hold. */
    private static final int[] KERNELS = {3, 6, 8, 12};

    private final TensorCores cores;
    private final GpuBackend backend;
    private final Normalization portable;

    CudaNormalization(TensorCores cores, GpuBackend backend, Normalization portable) {
        this.cores = cores;
        this.backend = backend;
        this.portable = portable;
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        Normalization.checkLayerNorm(x, gamma, beta, out);
        int width = x.shape().last();
        int parts = parts(width);
        boolean aligned = TensorCores.isAligned(x)
                && TensorCores.isAligned(gamma)
                && TensorCores.isAligned(beta)
                && TensorCores.isAligned(out);
        if (parts == 0 || width % 4 != 0 || !aligned) {
            portable.layerNorm(x, gamma, beta, eps, out);
            return;
        }
        int rows = x.shape().rows();
        if (rows > 0) {
            cores.launch(
                    "layernorm.cu",
                    "layernorm_" + parts,
                    new Blocks(TensorCores.blocks(rows, WARPS), 1, 1, 32 * WARPS, 0),
                    TensorCores.at(backend, x),
                    TensorCores.at(backend, gamma),
                    TensorCores.at(backend, beta),
                    eps,
                    TensorCores.at(backend, out),
                    rows,
                    width);
        }
    }

    /** Of the smallest kernel that holds a row; 0 if none does, or if the row is empty. */
    private static int parts(int width) {
        for (int parts : KERNELS) {
            if (width > 0 && width <= PART * parts) {
                return parts;
            }
        }
        return 0;
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        portable.l2(x, eps, out);
    }

    @Override
    public void layerNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        portable.layerNormGradient(x, gamma, eps, dOut, dx, dGamma, dBeta);
    }

    @Override
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        portable.l2Gradient(x, eps, dOut, dx);
    }

    @Override
    public void batchNorm(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        portable.batchNorm(x, gamma, beta, eps, momentum, runningMean, runningVariance, out);
    }

    @Override
    public void batchNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        portable.batchNormGradient(x, gamma, eps, dOut, dx, dGamma, dBeta);
    }

    @Override
    public void fixedBatchNorm(
            Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        portable.fixedBatchNorm(x, gamma, beta, mean, variance, eps, out);
    }

    @Override
    public void fixedBatchNormGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        portable.fixedBatchNormGradient(x, gamma, mean, variance, eps, dOut, dx, dGamma, dBeta);
    }
}
