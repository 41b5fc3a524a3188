package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;

import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;

/**
 * Commands that are launched as one graph. They are captured from a stream that nothing else uses, so that other
 * threads can go on computing. They are captured after they have all been given once, because loading or allocating
 * during the capture would end it. The caller must have made the context current. All methods throw
 * {@link Cuda.Failure}.
 */
final class CudaGraph implements AutoCloseable {
    private final CUgraphExec executable = new CUgraphExec();

    /** Captures commands. None of them runs. */
    CudaGraph(List<CudaCommand> commands) {
        CUgraph graph = captured(commands);
        try {
            Cuda.call("cuGraphInstantiate", () -> cuGraphInstantiate(executable, graph, 0));
        } finally {
            cuGraphDestroy(graph);
        }
    }

    private static CUgraph captured(List<CudaCommand> commands) {
        CUstream stream = new CUstream();
        Cuda.call("cuStreamCreate", () -> cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        try {
            // In this mode only the calling thread must avoid calls that would disturb the capture.
            int mode = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
            Cuda.call("cuStreamBeginCapture", () -> cuStreamBeginCapture(stream, mode));
            return captured(stream, commands);
        } finally {
            cuStreamDestroy(stream);
        }
    }

    /** Gives the commands and ends the capture, also after a failure. */
    private static CUgraph captured(CUstream stream, List<CudaCommand> commands) {
        CUgraph graph = new CUgraph();
        try {
            commands.forEach(command -> command.give(stream));
        } catch (Cuda.Failure e) {
            if (cuStreamEndCapture(stream, graph) == CUresult.CUDA_SUCCESS) {
                cuGraphDestroy(graph);
            }
            throw e;
        }
        Cuda.call("cuStreamEndCapture", () -> cuStreamEndCapture(stream, graph));
        return graph;
    }

    /** Runs the commands in a stream, after the commands given to it before. */
    void launch(CUstream stream) {
        Cuda.call("cuGraphLaunch", () -> cuGraphLaunch(executable, stream));
    }

    /** Destroys the graph. The driver delays this until the graph has finished running. */
    @Override
    public void close() {
        Cuda.call("cuGraphExecDestroy", () -> cuGraphExecDestroy(executable));
    }
}
