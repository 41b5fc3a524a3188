package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;

/** A context of one device with its queues, each in order: one computes, one brings data to the device, one takes it away. */
final class OpenClQueues implements AutoCloseable {
    private final String backend;
    private final cl_context context;
    private final List<cl_command_queue> queues = new ArrayList<>();

    /** Throws {@link OpenCl.Failure}. */
    OpenClQueues(String backend, OpenClDevice device) {
        this.backend = backend;
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

    @SuppressWarnings("deprecation") // its successor came with OpenCL 2.0
    private cl_command_queue create(cl_device_id device, int[] status) {
        return clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, status);
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

    /** Gives a command to one of the queues. Throws {@link OpenCl.Failure}. */
    OpenClEvent event(String call, ToIntFunction<cl_event> command) {
        return new OpenClEvent(backend, call, command);
    }

    /** Waits for all commands. Whoever waited for one that failed has been told. */
    void finish() {
        queues.forEach(queue -> clFinish(queue));
    }

    @Override
    public void close() {
        queues.forEach(queue -> clReleaseCommandQueue(queue));
        clReleaseContext(context);
    }
}
