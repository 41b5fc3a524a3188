package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;

/**
 * {@link Gemm} for GPUs. The threads of a work-group share tiles through local memory, and right operands keep their
 * layout.
 */
final class TileGemm implements Gemm {
    /** The same value as in {@code gemm-tiles.kc}. */
    private static final int TILE = 64;

    private final GpuBackend backend;
    private final Kernels kernels;

    TileGemm(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("epilogue", "gemm-tiles");
    }

    private record Strided(Matrix matrix) implements Right {}

    @Override
    public Right prepare(Matrix right, int samples, int depth, int columns, boolean copied, Scope memory) {
        if (!copied) {
            return new Strided(right);
        }
        Tensor copy = memory.allocateUninitialised(right.tensor().shape());
        backend.copy(right.tensor(), copy);
        return new Strided(new Matrix(copy, right.rowStride(), right.columnStride(), right.sampleStride()));
    }

    @Override
    public void run(Matrix left, Right right, Sizes sizes, Tensor bias, Epilogue epilogue, Tensor out) {
        Matrix b = ((Strided) right).matrix;
        Launch launch = kernels.launch("multiply")
                .in(left.tensor())
                .with(left.sampleStride())
                .with(left.rowStride(), left.columnStride())
                .in(b.tensor())
                .with(b.sampleStride())
                .with(b.rowStride(), b.columnStride());
        GpuProducts.epilogue(launch, bias, epilogue, out)
                .with(sizes.rows(), sizes.depth(), sizes.columns())
                .groups((sizes.rows() + TILE - 1) / TILE, (sizes.columns() + TILE - 1) / TILE, sizes.samples());
    }
}
