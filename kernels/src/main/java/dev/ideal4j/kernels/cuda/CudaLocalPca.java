package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuLocalPca;

/** The local PCA in float32 by {@code eraser.cu} if the neighbours fit, otherwise by the portable kernels. */
final class CudaLocalPca extends GpuLocalPca {
    private static final String FILE = "eraser.cu";
    private static final int MOST_NEIGHBOURS = CudaSources.number(FILE, "MAX_NEIGHBOURS");
    private static final int THREADS = CudaSources.number(FILE, "THREADS");
    /** The largest shared memory of a block. With more, too few blocks fit a multiprocessor. */
    private static final int MOST_BYTES = 80 << 10;

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaLocalPca(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    @Override
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int width = targets.shape().last();
        int neighbours = similarities.shape().last();
        long bytes = 4L * (neighbours + 1) * width;
        if (neighbours > MOST_NEIGHBOURS || bytes > MOST_BYTES) {
            super.erase(targets, references, similarities, indices, rank, strength, out);
            return;
        }
        int rows = targets.shape().rows();
        if (rows > 0) {
            cores.launch(
                    FILE,
                    "erase",
                    new Blocks(rows, 1, 1, THREADS, (int) bytes),
                    TensorCores.at(backend, targets),
                    TensorCores.at(backend, references),
                    TensorCores.at(backend, similarities),
                    TensorCores.at(backend, indices),
                    TensorCores.at(backend, out),
                    width,
                    neighbours,
                    rank,
                    strength);
        }
    }
}
