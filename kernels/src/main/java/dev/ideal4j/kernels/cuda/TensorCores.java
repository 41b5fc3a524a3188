package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.OperationOverrides;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operations of a lower {@link Precision}. They use the kernels that exist only for CUDA if the sizes allow it,
 * otherwise the portable kernels.
 */
public final class TensorCores implements OperationOverrides {
    /** The lowest compute capability whose tensor cores have bf16 and TF32. */
    static final int LEAST_CAPABILITY = 80;

    /** The compute capability that has warpgroup products. */
    static final int HOPPER = 90;

    private final BlockRuntime runtime;
    private final Precision precision;
    /** The runtime whose cuBLAS computes the products; null if our kernels do. */
    private CudaRuntime cublas;
    /** The kernel of attention where transformer blocks stay in bf16 from end to end, otherwise null. */
    private String blockAttention;

    private final Map<String, GpuProgram> programs = new ConcurrentHashMap<>();

    private TensorCores(BlockRuntime runtime, Precision precision) {
        this.runtime = runtime;
        this.precision = precision;
    }

    /** Returns the operations of a precision. Float32 overrides none. */
    public static OperationOverrides of(BlockRuntime runtime, Precision precision) {
        return precision == Precision.FLOAT32 ? NONE : new TensorCores(runtime, precision);
    }

    /** Same as {@link #of}, with the products of cuBLAS. Float32 overrides nothing else. */
    static OperationOverrides withCublas(CudaRuntime runtime, Precision precision) {
        TensorCores cores = new TensorCores(runtime, precision);
        if (precision == Precision.FLOAT32) {
            return new OperationOverrides() {
                @Override
                public Products.Implementation products(GpuBackend backend) {
                    return new CublasProducts(runtime, cores, precision, backend);
                }
            };
        }
        cores.cublas = runtime;
        return cores;
    }

    /** Returns the operations in bf16 of a device of compute capability 9.0, with transformer blocks of their own. */
    static OperationOverrides withBlocks(BlockRuntime runtime, String attention) {
        TensorCores cores = new TensorCores(runtime, Precision.BF16);
        cores.blockAttention = attention;
        return cores;
    }

    @Override
    public TransformerBlocks.Implementation transformerBlocks(GpuBackend backend, Products.Implementation products) {
        return blockAttention == null
                ? OperationOverrides.super.transformerBlocks(backend, products)
                : new CudaBlocks(this, backend, (CudaProducts) products, blockAttention);
    }

    @Override
    public Products.Implementation products(GpuBackend backend) {
        return cublas == null ? new CudaProducts(this, backend) : new CublasProducts(cublas, this, precision, backend);
    }

    @Override
    public Attention.Implementation attention(GpuBackend backend) {
        return new CudaAttention(this, backend);
    }

    @Override
    public Normalization.Implementation normalization(GpuBackend backend) {
        return new CudaNormalization(this, backend);
    }

    @Override
    public Neighbours.Implementation neighbours(GpuBackend backend) {
        return new CudaNeighbours(this, backend);
    }

    @Override
    public LocalPca.Implementation localPca(GpuBackend backend) {
        return new CudaLocalPca(this, backend);
    }

    boolean isBf16() {
        return precision == Precision.BF16;
    }

    /** Returns whether products run as warpgroup products. */
    boolean isHopper() {
        return isBf16() && runtime.capability() == HOPPER;
    }

    int units() {
        return runtime.device().units();
    }

    /** Returns the bytes of shared memory that a block may use. */
    int sharedBytes() {
        return runtime.sharedBytes();
    }

    void launch(String file, String kernel, Blocks blocks, Object... arguments) {
        GpuProgram program =
                programs.computeIfAbsent(file, key -> runtime.compile(key.replace(".cu", ""), CudaSources.read(key)));
        runtime.launch(program.kernel(kernel), blocks, arguments);
        Reference.reachabilityFence(arguments);
    }

    /** Returns a pointer to the first element, or null for null. */
    static Slice at(GpuBackend backend, Tensor tensor) {
        return tensor == null ? null : new Slice(backend.buffer(tensor), 4 * tensor.offset(), tensor);
    }

    /** Same as {@link #at(GpuBackend, Tensor)}, for indices. */
    static Slice at(GpuBackend backend, Indices indices) {
        return new Slice(backend.buffer(indices), 4 * indices.offset(), indices);
    }

    /** Returns whether the first element is at a multiple of 16 bytes. Buffers begin at such a multiple. */
    static boolean isAligned(Tensor tensor) {
        return tensor.offset() % 4 == 0;
    }

    static int blocks(int count, int size) {
        return (count + size - 1) / size;
    }

    /** Returns the next multiple of a power of two. */
    static int padded(int count, int multiple) {
        return (count + multiple - 1) & -multiple;
    }
}
