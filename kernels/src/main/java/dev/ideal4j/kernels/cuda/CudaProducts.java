package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuProducts;

/**
 * Linear layers by {@code gemm_mma.cu} or {@code gemm_wgmma.cu}. All other products use the portable kernels in
 * float32.
 */
final class CudaProducts extends GpuProducts {
    /** Alignment of rows in bf16 elements: 16 bytes. */
    private static final int ALIGNMENT = 8;

    private static final int PACKING_THREADS = 256;
    private static final Program MMA = Program.of("gemm_mma.cu");
    private static final Program WGMMA = Program.of("gemm_wgmma.cu");
    private static final int DEPTH = CudaSources.number(WGMMA.file, "DEPTH");

    /** A file of kernels, and the size of a block of its product. */
    private record Program(String file, int side, int threads, int sharedBytes) {
        static Program of(String file) {
            return new Program(
                    file,
                    CudaSources.number(file, "SIDE"),
                    CudaSources.number(file, "THREADS"),
                    CudaSources.number(file, "SHARED_BYTES"));
        }

        /** Returns blocks that are all in the x direction, because only that direction's limit is out of reach. */
        Blocks blocks(int rows, int columns) {
            int blocks = Math.multiplyExact(TensorCores.blocks(rows, side), TensorCores.blocks(columns, side));
            return new Blocks(blocks, 1, 1, threads, sharedBytes);
        }
    }

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaProducts(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    /**
     * A layer in the form that its kernel reads.
     *
     * @param matrix the rounded weight, or float32 for TF32, which the kernel rounds
     * @param memory holds all tensors
     */
    record Packed(CudaProducts owner, int in, int out, Tensor matrix, Tensor bias, Scope memory)
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

    /**
     * Returns rows in the form that the kernel reads. They are rounded to bf16. For TF32 they are copied, or used
     * unchanged if possible.
     */
    private Tensor operand(Tensor x, int rows, int width, boolean copied, Scope memory) {
        Slice from = TensorCores.at(backend, x);
        if (cores.isHopper()) {
            int rowBlocks = TensorCores.blocks(rows, WGMMA.side);
            int steps = TensorCores.blocks(width, DEPTH);
            Tensor tiles = memory.allocateUninitialised(rowBlocks, steps, WGMMA.side * DEPTH / 2);
            Blocks blocks = new Blocks(Math.multiplyExact(steps, rowBlocks), 1, 1, PACKING_THREADS, 0);
            cores.launch(WGMMA.file, "rows_to_tiles", blocks, from, TensorCores.at(backend, tiles), rows, width);
            return tiles;
        }
        if (cores.isBf16()) {
            int stride = TensorCores.padded(width, ALIGNMENT);
            Tensor rounded = memory.allocateUninitialised(rows, stride / 2);
            Blocks blocks = new Blocks(rows, 1, 1, PACKING_THREADS, 0);
            Slice to = TensorCores.at(backend, rounded);
            cores.launch(MMA.file, "rows_to_bf16", blocks, from, to, width, stride);
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
        own(packed);
        int rows = x.shape().rows();
        if (rows == 0) {
            return;
        }
        try (Scope scratch = backend.scope()) {
            Tensor left = operand(x, rows, packed.in, false, scratch);
            // The kernel stores results in units of 16 bytes.
            Tensor result = TensorCores.isAligned(out) ? out : scratch.allocateUninitialised(rows, packed.out);
            multiply(left, packed, rows, epilogue, result);
            if (result != out) {
                backend.copy(result, out);
            }
        }
    }

    /**
     * Returns the weight as this packed it.
     *
     * @throws InvalidInputException if another backend packed the weight
     */
    Packed own(PackedWeight weight) {
        if (weight instanceof Packed packed && packed.owner == this) {
            return packed;
        }
        throw new InvalidInputException("weight", "one packed by another backend", "one of this");
    }

    /** Computes a layer from rows in the form that the kernel reads. {@code out} is aligned. */
    void multiply(Tensor left, Packed weight, int rows, Epilogue epilogue, Tensor out) {
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
                    WGMMA.file,
                    "gemm_wgmma",
                    WGMMA.blocks(rows, weight.out),
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
                    MMA.file,
                    cores.isBf16() ? "gemm_bf16" : "gemm_tf32",
                    MMA.blocks(rows, weight.out),
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
