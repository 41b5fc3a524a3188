package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.kernels.gpu.GpuBuffer;
import dev.ideal4j.kernels.gpu.GpuDevice;
import dev.ideal4j.kernels.gpu.GpuEvent;
import dev.ideal4j.kernels.gpu.GpuKernel;
import dev.ideal4j.kernels.gpu.GpuProgram;
import dev.ideal4j.kernels.gpu.GpuRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;

/** {@link GpuRuntime} over one in-order queue of an OpenCL device. */
final class OpenClRuntime implements GpuRuntime {
    /** System property: work-items of a group; 256 makes a processor run what GPUs run, for tests. */
    static final String GROUPS_PROPERTY = "ideal4j.opencl.groups";

    private final GpuDevice traits;
    private final cl_context context;
    private final cl_command_queue queue;
    private final OpenClPrograms programs;
    private final List<Program> built = new ArrayList<>();
    private volatile boolean closed;

    OpenClRuntime(String name, OpenClDevice device) {
        this.traits = new GpuDevice(
                name,
                device.description(),
                groupSize(device),
                (int) device.number(CL_DEVICE_MAX_COMPUTE_UNITS),
                device.number(CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
                device.number(CL_DEVICE_GLOBAL_MEM_SIZE),
                device.number(CL_DEVICE_MAX_MEM_ALLOC_SIZE));
        cl_context_properties properties = new cl_context_properties();
        properties.addProperty(CL_CONTEXT_PLATFORM, device.platform());
        cl_device_id[] devices = {device.id()};
        this.context =
                OpenCl.create("clCreateContext", status -> clCreateContext(properties, 1, devices, null, null, status));
        try {
            this.queue = OpenCl.create("clCreateCommandQueue", status -> createQueue(device.id(), status));
        } catch (OpenCl.Failure e) {
            clReleaseContext(context);
            throw e;
        }
        this.programs = new OpenClPrograms(name, context, device);
    }

    @SuppressWarnings("deprecation") // its successor came with OpenCL 2.0
    private cl_command_queue createQueue(cl_device_id device, int[] status) {
        return clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, status);
    }

    private static int groupSize(OpenClDevice device) {
        int usual = device.isProcessor() ? 1 : OpenClDevice.GROUP;
        String text = System.getProperty(GROUPS_PROPERTY, Integer.toString(usual));
        if (!text.equals("1") && !text.equals(Integer.toString(OpenClDevice.GROUP))) {
            throw new InvalidInputException("system property " + GROUPS_PROPERTY, text, "1 or " + OpenClDevice.GROUP);
        }
        return Integer.parseInt(text);
    }

    @Override
    public GpuDevice device() {
        return traits;
    }

    private record Buffer(cl_mem memory, long bytes) implements GpuBuffer {}

    private record Kernel(String name, cl_kernel handle) implements GpuKernel {}

    private final class Program implements GpuProgram {
        private final String name;
        private final cl_program handle;
        private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

        Program(String name, cl_program handle) {
            this.name = name;
            this.handle = handle;
        }

        @Override
        public GpuKernel kernel(String kernel) {
            return kernels.computeIfAbsent(kernel, this::create);
        }

        private Kernel create(String kernel) {
            int[] status = new int[1];
            cl_kernel made = clCreateKernel(handle, kernel, status);
            if (status[0] == CL_INVALID_KERNEL_NAME) {
                throw new IllegalArgumentException(name + " has no kernel " + kernel);
            }
            checked("clCreateKernel", () -> status[0]);
            return new Kernel(kernel, made);
        }

        void release() {
            kernels.values().forEach(kernel -> clReleaseKernel(kernel.handle));
            clReleaseProgram(handle);
        }
    }

    @Override
    public synchronized GpuProgram compile(String name, String source) {
        checkOpen();
        try {
            Program program = new Program(name, programs.build(name, source));
            built.add(program);
            return program;
        } catch (OpenCl.Failure e) {
            throw e.toDeviceException(traits.name());
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("backend " + traits.name() + " is closed");
        }
    }

    @Override
    public GpuBuffer allocate(long bytes) {
        checkOpen();
        try {
            cl_mem memory = OpenCl.create(
                    "clCreateBuffer", status -> clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, null, status));
            return new Buffer(memory, bytes);
        } catch (OpenCl.Failure e) {
            if (e.isShortage()) {
                throw new OutOfDeviceMemoryException(traits.name(), bytes, traits.largestBuffer());
            }
            throw e.toDeviceException(traits.name());
        }
    }

    @Override
    public void free(GpuBuffer buffer) {
        // The driver waits with it until no command uses the memory.
        clReleaseMemObject(memory(buffer));
    }

    private static cl_mem memory(GpuBuffer buffer) {
        return ((Buffer) buffer).memory;
    }

    @Override
    public void zero(GpuBuffer buffer, long bytes) {
        checkOpen();
        Pointer pattern = Pointer.to(new int[1]);
        try {
            OpenCl.call(
                    "clEnqueueFillBuffer",
                    () -> clEnqueueFillBuffer(queue, memory(buffer), pattern, Integer.BYTES, 0, bytes, 0, null, null));
        } catch (OpenCl.Failure e) {
            throw e.isShortage()
                    ? new OutOfDeviceMemoryException(traits.name(), bytes, traits.largestBuffer())
                    : e.toDeviceException(traits.name());
        }
    }

    @Override
    public void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes) {
        checked(
                "clEnqueueCopyBuffer",
                () -> clEnqueueCopyBuffer(queue, memory(from), memory(to), fromOffset, toOffset, bytes, 0, null, null));
    }

    @Override
    public void read(GpuBuffer from, long offset, float[] to, int toOffset, int count) {
        read(from, offset, Pointer.to(to), toOffset, count);
    }

    @Override
    public void read(GpuBuffer from, long offset, int[] to, int toOffset, int count) {
        read(from, offset, Pointer.to(to), toOffset, count);
    }

    private void read(GpuBuffer from, long offset, Pointer to, int toOffset, int count) {
        Pointer at = to.withByteOffset((long) Integer.BYTES * toOffset);
        // While the copy itself runs, the array is pinned; so let all else be over first.
        synchronize();
        checked(
                "clEnqueueReadBuffer",
                () -> clEnqueueReadBuffer(
                        queue, memory(from), true, offset, (long) Integer.BYTES * count, at, 0, null, null));
    }

    @Override
    public void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(Pointer.to(from), fromOffset, count, to, offset);
    }

    @Override
    public void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(Pointer.to(from), fromOffset, count, to, offset);
    }

    private void write(Pointer from, int fromOffset, int count, GpuBuffer to, long offset) {
        Pointer at = from.withByteOffset((long) Integer.BYTES * fromOffset);
        checked(
                "clEnqueueWriteBuffer",
                () -> clEnqueueWriteBuffer(
                        queue, memory(to), true, offset, (long) Integer.BYTES * count, at, 0, null, null));
    }

    @Override
    public void launch(GpuKernel kernel, int x, int y, int z, Object... arguments) {
        cl_kernel handle = ((Kernel) kernel).handle;
        long[] local = {traits.groupSize(), 1, 1};
        long[] global = {(long) x * traits.groupSize(), y, z};
        // Arguments belong to the kernel object until it is enqueued.
        synchronized (kernel) {
            for (int i = 0; i < arguments.length; i++) {
                set(kernel, i, arguments[i]);
            }
            checked(
                    "launch of " + kernel.name(),
                    () -> clEnqueueNDRangeKernel(queue, handle, 3, null, global, local, 0, null, null));
        }
    }

    private void set(GpuKernel kernel, int index, Object argument) {
        cl_kernel handle = ((Kernel) kernel).handle;
        long size = argument instanceof Integer || argument instanceof Float ? Integer.BYTES : Long.BYTES;
        Pointer value;
        if (argument instanceof Buffer buffer) {
            value = Pointer.to(buffer.memory);
            size = Sizeof.cl_mem;
        } else if (argument instanceof Integer number) {
            value = Pointer.to(new int[] {number});
        } else if (argument instanceof Float number) {
            value = Pointer.to(new float[] {number});
        } else {
            value = Pointer.to(new long[] {(Long) argument});
        }
        long bytes = size;
        checked("argument " + index + " of " + kernel.name(), () -> clSetKernelArg(handle, index, bytes, value));
    }

    @Override
    public void synchronize() {
        checked("clFinish", () -> clFinish(queue));
    }

    @Override
    public GpuEvent mark() {
        cl_event event = new cl_event();
        checked("clEnqueueMarkerWithWaitList", () -> clEnqueueMarkerWithWaitList(queue, 0, null, event));
        return new Event(event);
    }

    private final class Event implements GpuEvent {
        private final cl_event handle;

        Event(cl_event handle) {
            this.handle = handle;
        }

        @Override
        public long nanosSince(GpuEvent earlier) {
            return end() - ((Event) earlier).end();
        }

        private long end() {
            long[] nanos = new long[1];
            checked("clWaitForEvents", () -> clWaitForEvents(1, new cl_event[] {handle}));
            checked(
                    "clGetEventProfilingInfo",
                    () -> clGetEventProfilingInfo(
                            handle, CL_PROFILING_COMMAND_END, Long.BYTES, Pointer.to(nanos), null));
            return nanos[0];
        }
    }

    private void checked(String name, IntSupplier call) {
        checkOpen();
        try {
            OpenCl.call(name, call);
        } catch (OpenCl.Failure e) {
            throw e.toDeviceException(traits.name());
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            clFinish(queue);
            built.forEach(Program::release);
            clReleaseCommandQueue(queue);
            clReleaseContext(context);
        }
    }
}
