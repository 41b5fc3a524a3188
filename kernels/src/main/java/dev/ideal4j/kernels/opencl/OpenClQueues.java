package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.InterruptibleWait;
import dev.ideal4j.kernels.gpu.runtime.LiveBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_mem;

/**
 * A context of one device with its three queues, each in order: one computes, one transfers data to the device, and one
 * transfers data from the device.
 */
final class OpenClQueues implements AutoCloseable {
    private final String backend;
    private final cl_context context;
    private final List<cl_command_queue> queues = new ArrayList<>();
    private final cl_device_id device;
    private final InterruptibleWait waits = new InterruptibleWait();
    // The driver frees the memory when no command uses it any more.
    private final LiveBuffers<OpenClRuntime.Buffer> buffers =
            new LiveBuffers<>(buffer -> clReleaseMemObject(buffer.memory()));

    /** Creates the context and the queues. Throws {@link OpenCl.Failure}. */
    OpenClQueues(String backend, OpenClDevice device) {
        this.backend = backend;
        this.device = device.id();
        cl_context_properties properties = new cl_context_properties();
        properties.addProperty(CL_CONTEXT_PLATFORM, device.platform());
        cl_device_id[] devices = {device.id()};
        context =
                OpenCl.create("clCreateContext", status -> clCreateContext(properties, 1, devices, null, null, status));
        try {
            for (int i = 0; i < 3; i++) {
                queues.add(OpenCl.create("clCreateCommandQueue", status -> create(device.id(), status)));
            }
        } catch (OpenCl.Failure e) {
            close();
            throw e;
        }
    }

    @SuppressWarnings("deprecation") // its successor needs OpenCL 2.0
    private cl_command_queue create(cl_device_id device, int[] status) {
        return clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, status);
    }

    cl_device_id device() {
        return device;
    }

    cl_context context() {
        return context;
    }

    cl_command_queue compute() {
        return queues.get(0);
    }

    cl_command_queue upload() {
        return queues.get(1);
    }

    cl_command_queue download() {
        return queues.get(2);
    }

    /** Returns the allocated memory. */
    LiveBuffers<OpenClRuntime.Buffer> buffers() {
        return buffers;
    }

    /**
     * Returns the memory for a command that is being given.
     *
     * @throws ClosedException if the memory has been freed
     */
    cl_mem memory(GpuBuffer buffer) {
        return buffers.require((OpenClRuntime.Buffer) buffer).memory();
    }

    /** Gives a command to one of the queues. Throws {@link OpenCl.Failure}. */
    void give(String call, IntSupplier command) {
        buffers.using(() -> {
            OpenCl.call(call, command);
            return null;
        });
    }

    /** Same as {@link #give}, with an event for the command's end. */
    OpenClEvent event(String call, ToIntFunction<cl_event> command) {
        return buffers.using(() -> new OpenClEvent(backend, waits, call, command));
    }

    /**
     * Waits for all commands. It ignores failures, because a thread that waited for a failed command has received the
     * exception.
     */
    void finish() {
        queues.forEach(queue -> clFinish(queue));
    }

    @Override
    public void close() {
        queues.forEach(queue -> clReleaseCommandQueue(queue));
        clReleaseContext(context);
    }
}
