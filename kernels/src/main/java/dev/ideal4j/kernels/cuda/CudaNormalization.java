package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuNormalization;

/**
 * LayerNorm in float32 by {@code layernorm.cu} for rows that fit the registers of a warp. Everything else uses the
 * portable kernels.
 */
final class CudaNormalization extends GpuNormalization {
    private static final String FILE = "layernorm.cu";
    private static final int ROWS = CudaSources.number(FILE, "ROWS");
    private static final int THREADS = CudaSources.number(FILE, "THREADS");
    /** The number of elements of a warp with four elements in each lane. */
    private static final int PART = 128;
    /** The numbers of parts for which there are kernels. */
    private static final int[] KERNELS = {3, 6, 8, 12};

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaNormalization(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        int width = x.shape().last();
        int parts = parts(width);
        boolean aligned = TensorCores.isAligned(x)
                && TensorCores.isAligned(gamma)
                && TensorCores.isAligned(beta)
                && TensorCores.isAligned(out);
        if (parts == 0 || width % 4 != 0 || !aligned) {
            super.layerNorm(x, gamma, beta, eps, out);
            return;
        }
        int rows = x.shape().rows();
        if (rows > 0) {
            cores.launch(
                    FILE,
                    "layernorm_" + parts,
                    new Blocks(TensorCores.blocks(rows, ROWS), 1, 1, THREADS, 0),
                    TensorCores.at(backend, x),
                    TensorCores.at(backend, gamma),
                    TensorCores.at(backend, beta),
                    eps,
                    TensorCores.at(backend, out),
                    rows,
                    width);
        }
    }

    /**
     * Returns the number of parts of the smallest kernel that holds a row, or 0 if no kernel does or the row is empty.
     */
    static int parts(int width) {
        for (int parts : KERNELS) {
            if (width > 0 && width <= PART * parts) {
                return parts;
            }
        }
        return 0;
    }
}
