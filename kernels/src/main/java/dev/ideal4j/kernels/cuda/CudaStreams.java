package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.InterruptibleWait;
import dev.ideal4j.kernels.gpu.runtime.LiveBuffers;
import java.util.function.IntSupplier;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;

/**
 * The streams of a runtime: one computes, and two perform transfers beside it. The caller must have made the context
 * current.
 */
final class CudaStreams implements AutoCloseable {
    private final CUstream[] streams = new CUstream[3];
    private final InterruptibleWait waits = new InterruptibleWait();
    private final LiveBuffers<GpuBuffer> buffers =
            new LiveBuffers<>(buffer -> cuMemFree(CudaRuntime.at(buffer, 0))); // cuMemFree waits for the device

    /** Creates the streams. Throws {@link Cuda.Failure}. */
    CudaStreams() {
        try {
            for (int i = 0; i < streams.length; i++) {
                CUstream stream = new CUstream();
                Cuda.call("cuStreamCreate", () -> cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
                streams[i] = stream;
            }
        } catch (Cuda.Failure e) {
            close();
            throw e;
        }
    }

    CUstream compute() {
        return streams[0];
    }

    CUstream upload() {
        return streams[1];
    }

    CUstream download() {
        return streams[2];
    }

    /** Returns the waits for transfers. */
    InterruptibleWait waits() {
        return waits;
    }

    /** Returns the allocated memory. */
    LiveBuffers<GpuBuffer> buffers() {
        return buffers;
    }

    /**
     * Gives a command. Throws {@link Cuda.Failure}.
     *
     * @param used memory that the command uses
     * @throws dev.ideal4j.core.ClosedException if part of this memory has been freed
     */
    void give(String call, IntSupplier command, GpuBuffer... used) {
        buffers.using(() -> {
            for (GpuBuffer buffer : used) {
                buffers.require(buffer);
            }
            Cuda.call(call, command);
            return null;
        });
    }

    /** Waits for all commands and ignores their failures. */
    void finish() {
        for (CUstream stream : streams) {
            cuStreamSynchronize(stream);
        }
    }

    @Override
    public void close() {
        for (CUstream stream : streams) {
            if (stream != null) {
                cuStreamDestroy(stream);
            }
        }
    }
}
