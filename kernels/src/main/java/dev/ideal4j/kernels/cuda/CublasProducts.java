package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuProducts;
import java.lang.ref.Reference;
import jcuda.driver.CUdeviceptr;

/**
 * Matrix products by cuBLAS. Linear layers run in the backend's precision, followed by {@code epilogue_rows.cu} if
 * there is an epilogue. All other products run in float32. Empty products use the portable kernels.
 */
final class CublasProducts extends GpuProducts {
    private static final int THREADS = 256;
    private static final int MOST_BLOCKS = 1 << 16;
    /** Alignment of rows in bf16 elements: 16 bytes. */
    private static final int ALIGNMENT = 8;

    private final CudaRuntime runtime;
    private final TensorCores cores;
    private final Precision precision;
    private final GpuBackend backend;

    CublasProducts(CudaRuntime runtime, TensorCores cores, Precision precision, GpuBackend backend) {
        super(backend);
        this.runtime = runtime;
        this.cores = cores;
        this.precision = precision;
        this.backend = backend;
    }

    /** A layer whose weight, either unchanged or rounded to bf16, is read transposed by cuBLAS. */
    private record Packed(CublasProducts owner, int in, int out, Tensor weight, Tensor bias, Scope memory)
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
        if (in == 0 || out == 0) {
            return super.pack(weight, bias, scope);
        }
        Scope memory = backend.memoryWithin(scope);
        Tensor operand = precision == Precision.BF16 ? rounded(weight, out, in, memory) : copy(weight, memory);
        return new Packed(this, in, out, operand, copy(bias, memory), memory);
    }

    /** Returns rows in bf16, each of which begins at a multiple of 16 bytes. */
    private Tensor rounded(Tensor x, int rows, int width, Scope memory) {
        Tensor rounded = memory.allocateUninitialised(rows, stride(width) / 2);
        cores.launch(
                "gemm_mma.cu",
                "rows_to_bf16",
                new Blocks(rows, 1, 1, THREADS, 0),
                TensorCores.at(backend, x),
                TensorCores.at(backend, rounded),
                width,
                stride(width));
        return rounded;
    }

    private static int stride(int width) {
        return TensorCores.padded(width, ALIGNMENT);
    }

    private Tensor copy(Tensor tensor, Scope memory) {
        return tensor == null ? null : memory.copy(tensor);
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
            // The product needs its own memory because the residual may be the output.
            Tensor product = epilogue.residual() == null ? out : scratch.allocateUninitialised(out.shape());
            boolean isBf16 = precision == Precision.BF16;
            Tensor left = isBf16 ? rounded(x, rows, packed.in, scratch) : x;
            Shapes shapes = new Shapes(1, rows, packed.in, packed.out, false, true, true);
            multiply(shapes, precision, isBf16 ? stride(packed.in) : packed.in, left, packed.weight, product);
            boolean isDone = packed.bias == null
                    && epilogue.activation() == Activation.NONE
                    && epilogue.scale() == null
                    && epilogue.residual() == null;
            if (!isDone) {
                finish(product, packed.bias, epilogue, rows, packed.out, out);
            }
        }
    }

    private void finish(Tensor product, Tensor bias, Epilogue epilogue, int rows, int columns, Tensor out) {
        long blocks = Math.min(MOST_BLOCKS, ((long) rows * columns + THREADS - 1) / THREADS);
        cores.launch(
                "epilogue_rows.cu",
                "epilogue_rows",
                new Blocks((int) blocks, 1, 1, THREADS, 0),
                TensorCores.at(backend, product),
                TensorCores.at(backend, out),
                rows,
                columns,
                TensorCores.at(backend, bias),
                TensorCores.at(backend, epilogue.scale()),
                TensorCores.at(backend, epilogue.residual()),
                epilogue.residual() == null ? 1 : epilogue.residual().shape().rows(),
                epilogue.activation().ordinal());
    }

    /** The sizes of products, and which operands are read transposed. */
    private record Shapes(
            int samples, int rows, int depth, int columns, boolean aTransposed, boolean bTransposed, boolean bShared) {
        boolean isEmpty() {
            return samples == 0 || rows == 0 || depth == 0 || columns == 0;
        }
    }

    private void multiply(Shapes shapes, Tensor a, Tensor b, Tensor out) {
        multiply(shapes, Precision.FLOAT32, shapes.depth, a, b, out);
    }

    private void multiply(Shapes shapes, Precision operands, int stride, Tensor a, Tensor b, Tensor out) {
        runtime.multiply(
                new Cublas.Product(
                        operands,
                        shapes.samples,
                        shapes.rows,
                        shapes.depth,
                        shapes.columns,
                        stride,
                        at(a),
                        shapes.aTransposed,
                        (long) shapes.rows * shapes.depth,
                        at(b),
                        shapes.bTransposed,
                        shapes.bShared ? 0 : (long) shapes.depth * shapes.columns,
                        at(out)),
                backend.buffer(a),
                backend.buffer(b),
                backend.buffer(out));
        // The tensors stay reachable until the command is given, because the memory of an unreachable tensor may be
        // given to another one.
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(b);
        Reference.reachabilityFence(out);
    }

    private CUdeviceptr at(Tensor tensor) {
        return CudaRuntime.at(backend.buffer(tensor), 4 * tensor.offset());
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        Shapes shapes = shapes(a, b, false, out);
        if (shapes.isEmpty()) {
            super.multiply(a, b, out);
        } else {
            multiply(shapes, a, b, out);
        }
    }

    @Override
    public void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        Shapes shapes = shapes(a, b, true, out);
        if (shapes.isEmpty()) {
            super.multiplyTransposed(a, b, out);
        } else {
            multiply(shapes, a, b, out);
        }
    }

    private static Shapes shapes(Tensor a, Tensor b, boolean bTransposed, Tensor out) {
        int depth = a.shape().last();
        int columns = out.shape().last();
        boolean shared = b.shape().rank() == 2;
        int samples = shared ? 1 : a.shape().axis(0);
        int rows = shared ? a.shape().rows() : a.shape().axis(1);
        return new Shapes(samples, rows, depth, columns, false, bTransposed, shared);
    }

    @Override
    public void transposedMultiply(Tensor a, Tensor b, Tensor out) {
        int samples = a.shape().rank() == 2 ? 1 : a.shape().axis(0);
        Shapes shapes = new Shapes(
                samples, a.shape().last(), a.shape().axis(-2), b.shape().last(), true, false, false);
        if (shapes.isEmpty()) {
            super.transposedMultiply(a, b, out);
        } else {
            multiply(shapes, a, b, out);
        }
    }
}
