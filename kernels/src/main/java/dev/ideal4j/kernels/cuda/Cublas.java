package dev.ideal4j.kernels.cuda;

import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/**
 * A cuBLAS handle with its own workspace, so that cuBLAS allocates nothing during a capture. cuBLAS stores matrices by
 * columns. It therefore receives the operands in reverse order and multiplies the transposes. The caller must have made
 * the context current. This class may be used only if {@link CublasLibrary#load} returned null.
 */
final class Cublas implements AutoCloseable {
    /** The workspace size that cuBLAS documents for Hopper. Older devices need less. */
    private static final int WORKSPACE_BYTES = 32 << 20;

    private static final int ANY_ALGORITHM = -1;
    /**
     * JCuda's binding expects the data type here instead of the compute type, so the faster compute types are not
     * available.
     */
    private static final int COMPUTE_FLOAT32 = cudaDataType.CUDA_R_32F;

    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    private final cublasHandle handle = new cublasHandle();
    private final CUdeviceptr workspace = new CUdeviceptr();
    private boolean closed;

    /** Creates the handle and the workspace. Throws {@link Cuda.Failure}. */
    Cublas() {
        Cuda.call("cuMemAlloc", WORKSPACE_BYTES, () -> JCudaDriver.cuMemAlloc(workspace, WORKSPACE_BYTES));
        try {
            call("cublasCreate", JCublas2.cublasCreate(handle));
        } catch (Cuda.Failure e) {
            JCudaDriver.cuMemFree(workspace);
            throw e;
        }
    }

    /**
     * Products of row-major float32 matrices, {@code c = a · b}. Each operand may be read transposed.
     *
     * @param precision precision of the operands; bf16 operands are stored as bf16, and cuBLAS rounds TF32 operands
     * @param samples number of products
     * @param stride number of elements from one row of a to the next, and of b if b is transposed
     * @param aStep number of elements from one matrix a to the next; 0 if all samples share one
     * @param bStep number of elements from one matrix b to the next; 0 if all samples share one
     */
    record Product(
            Precision precision,
            int samples,
            int rows,
            int depth,
            int columns,
            int stride,
            CUdeviceptr a,
            boolean aTransposed,
            long aStep,
            CUdeviceptr b,
            boolean bTransposed,
            long bStep,
            CUdeviceptr c) {}

    /** Gives the products to a stream and returns the driver's status. Throws {@link Cuda.Failure}. */
    synchronized int multiply(Product product, CUstream stream) {
        // Setting a stream resets the workspace.
        call("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
        call("cublasSetWorkspace", JCublas2.cublasSetWorkspace(handle, workspace, WORKSPACE_BYTES));
        boolean isTf32 = product.precision == Precision.TF32;
        call(
                "cublasSetMathMode",
                JCublas2.cublasSetMathMode(
                        handle, isTf32 ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_DEFAULT_MATH));
        int operands = product.precision == Precision.BF16 ? cudaDataType.CUDA_R_16BF : cudaDataType.CUDA_R_32F;
        call(
                "cublasGemmStridedBatchedEx",
                JCublas2.cublasGemmStridedBatchedEx(
                        handle,
                        operation(product.bTransposed),
                        operation(product.aTransposed),
                        product.columns,
                        product.rows,
                        product.depth,
                        ONE,
                        product.b,
                        operands,
                        product.bTransposed ? product.stride : product.columns,
                        product.bStep,
                        product.a,
                        operands,
                        product.aTransposed ? product.rows : product.stride,
                        product.aStep,
                        ZERO,
                        product.c,
                        cudaDataType.CUDA_R_32F,
                        product.columns,
                        (long) product.rows * product.columns,
                        product.samples,
                        COMPUTE_FLOAT32,
                        ANY_ALGORITHM));
        return CUresult.CUDA_SUCCESS;
    }

    private static int operation(boolean transposed) {
        return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static void call(String name, int status) {
        if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw new Cuda.Failure(name + " (" + cublasStatus.stringFor(status) + ")", CUresult.CUDA_ERROR_UNKNOWN);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            JCublas2.cublasDestroy(handle);
            JCudaDriver.cuMemFree(workspace);
        }
    }
}
