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
 * A handle of cuBLAS with memory of its own to work in, so that it allocates nothing during a capture. cuBLAS sees matrices by
 * columns: it is given the operands the other way round, and so multiplies the transposes. The caller has made the context
 * current. To be touched only where {@link CublasLibrary#load} returned null.
 */
final class Cublas implements AutoCloseable {
    /** What cuBLAS is documented to want on Hopper; older devices need less. */
    private static final int WORKSPACE_BYTES = 32 << 20;

    private static final int ANY_ALGORITHM = -1;
    /** JCuda's binding takes the type of data here, not that of computation, and so knows no faster ones. */
    private static final int COMPUTE_FLOAT32 = cudaDataType.CUDA_R_32F;

    private static final Pointer ONE = Pointer.to(new float[] {1});
    private static final Pointer ZERO = Pointer.to(new float[] {0});

    private final cublasHandle handle = new cublasHandle();
    private final CUdeviceptr workspace = new CUdeviceptr();
    private boolean closed;

    /** Throws {@link Cuda.Failure}. */
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
     * Products of matrices of float32 in rows, {@code c = a · b}, each of which may be read transposed.
     *
     * @param samples how many
     * @param precision of the operands: bf16 ones lie so in memory, TF32 ones are rounded by cuBLAS
     * @param stride elements from a row of a to the next, and of b if that is transposed
     * @param aStep elements from a matrix to the next; 0 for one that all samples share
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

    /** Gives the products to a stream; the status of the driver. Throws {@link Cuda.Failure}. */
    synchronized int multiply(Product product, CUstream stream) {
        // Choosing a stream takes the workspace away.
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
