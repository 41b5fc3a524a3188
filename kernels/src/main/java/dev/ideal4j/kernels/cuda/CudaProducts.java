package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuProducts;

/** Linear layers by {@code gemm_mma.cu} or {@code gemm_wgmma.cu}; all other products stay portable and float32. */
final class CudaProducts extends GpuProducts {
    private static final int SIDE = 128;
    private static final int DEPTH = 64;
    private static final int ALIGNMENT = 8;
    private static final int TILE_BYTES = 65_536;
    private static final int WGMMA_BYTES = 98_352;

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaProducts(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    /**
     * A layer as its kernel reads it.
     *
     * @param matrix the rounded weight; float32 for TF32, which rounds by itself
     * @param memory holds all
     */
    private record Packed(CudaProducts owner, int in, int out, Tensor matrix, Tensor bias, Scope memory)
            implements PackedWeight {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public PackedWeight pack(Tensor weight, Tensor bias, Scope scope) {
        int out = weight.shape().axis(0);
        int in = weight.shape().axis(1);
        if (in == 0 || out == 0 || !cores.isBf16() && in % 4 != 0) {
            return super.pack(weight, bias, scope);
        }
        Scope memory = backend.memoryWithin(scope);
        return new Packed(this, in, out, operand(weight, out, in, true, memory), copy(bias, memory), memory);
    }

    private Tensor copy(Tensor tensor, Scope memory) {
        return tensor == null ? null : memory.copy(tensor);
    }

    /** Rows as the kernel reads them: rounded, or, for TF32, as they are if they may be used so. */
    private Tensor operand(Tensor x, int rows, int width, boolean copied, Scope memory) {
        Slice from = TensorCores.at(backend, x);
        if (cores.isHopper()) {
            int rowBlocks = TensorCores.blocks(rows, SIDE);
            int steps = TensorCores.blocks(width, DEPTH);
            Tensor tiles = memory.allocate(rowBlocks, steps, SIDE * DEPTH / 2);
            Blocks blocks = new Blocks(steps, rowBlocks, 1, 256, 0);
            cores.launch("gemm_wgmma.cu", "rows_to_tiles", blocks, from, TensorCores.at(backend, tiles), rows, width);
            return tiles;
        }
        if (cores.isBf16()) {
            int stride = TensorCores.padded(width, ALIGNMENT);
            Tensor rounded = memory.allocate(rows, stride / 2);
            Blocks blocks = new Blocks(rows, 1, 1, 256, 0);
            Slice to = TensorCores.at(backend, rounded);
            cores.launch("gemm_mma.cu", "rows_to_bf16", blocks, from, to, width, stride);
            return rounded;
        }
        return copied || !TensorCores.isAligned(x) ? copy(x, memory) : x;
    }

    @Override
    public void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        if (!(weight instanceof Packed packed)) {
            super.linear(x, weight, epilogue, out);
            return;
        }
        if (packed.owner != this) {
            throw new InvalidInputException("weight", "one packed by another backend", "one of this");
        }
        int rows = x.shape().rows();
        if (rows == 0) {
            return;
        }
        try (Scope scratch = backend.scope()) {
            Tensor left = operand(x, rows, packed.in, false, scratch);
            // Results are stored 16 bytes at a time.
            Tensor result = TensorCores.isAligned(out) ? out : scratch.allocate(Shape.of(rows, packed.out));
            multiply(left, packed, rows, epilogue, result);
            if (result != out) {
                backend.copy(result, out);
            }
        }
    }

    private void multiply(Tensor left, Packed weight, int rows, Epilogue epilogue, Tensor out) {
        int x = TensorCores.blocks(weight.out, SIDE);
        int y = TensorCores.blocks(rows, SIDE);
        Slice a = TensorCores.at(backend, left);
        Slice b = TensorCores.at(backend, weight.matrix);
        Slice to = TensorCores.at(backend, out);
        Slice bias = TensorCores.at(backend, weight.bias);
        Slice scale = TensorCores.at(backend, epilogue.scale());
        Slice residual = TensorCores.at(backend, epilogue.residual());
        int residualRows =
                epilogue.residual() == null ? 1 : epilogue.residual().shape().rows();
        int activation = epilogue.activation().ordinal();
        if (cores.isHopper()) {
            cores.launch(
                    "gemm_wgmma.cu",
                    "gemm_wgmma",
                    new Blocks(x, y, 1, 288, WGMMA_BYTES),
                    a,
                    b,
                    to,
                    rows,
                    weight.out,
                    TensorCores.blocks(weight.in, DEPTH),
                    bias,
                    scale,
                    residual,
                    residualRows,
                    activation);
        } else {
            int stride = cores.isBf16() ? TensorCores.padded(weight.in, ALIGNMENT) : weight.in;
            cores.launch(
                    "gemm_mma.cu",
                    cores.isBf16() ? "gemm_bf16" : "gemm_tf32",
                    new Blocks(x, y, 1, 256, TILE_BYTES),
                    a,
                    b,
                    to,
                    rows,
                    weight.out,
                    stride,
                    stride,
                    stride,
                    0L,
                    0L,
                    bias,
                    scale,
                    residual,
                    residualRows,
                    activation);
        }
    }
}
