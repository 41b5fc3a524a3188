package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import dev.ideal4j.kernels.gpu.runtime.CommandLog;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuCommands;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import dev.ideal4j.kernels.gpu.runtime.StagedCopies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;

/** {@link GpuRuntime} for an OpenCL device, with a compute queue and copies beside it. */
final class OpenClRuntime implements GpuRuntime {
    /** System property for tests: work-items of a group. With 256, a CPU runs the kernels for GPUs. */
    static final String GROUPS_PROPERTY = "ideal4j.opencl.groups";

    /** System property for tests: bytes of local memory to assume. */
    static final String LOCAL_PROPERTY = "ideal4j.opencl.local";

    private final GpuDevice traits;
    private final OpenClQueues queues;
    private final StagedCopies copies;
    private final OpenClPrograms programs;
    private final List<Program> built = new ArrayList<>();
    private final CommandLog<Runnable> log = new CommandLog<>();
    private final Lifetime lifetime;

    OpenClRuntime(String name, OpenClDevice device, BinaryCache cache) {
        this.traits = new GpuDevice(
                name,
                device.description(),
                groupSize(device),
                (int) device.number(CL_DEVICE_MAX_COMPUTE_UNITS),
                device.number(CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
                localBytes(device),
                device.number(CL_DEVICE_GLOBAL_MEM_SIZE),
                device.number(CL_DEVICE_MAX_MEM_ALLOC_SIZE));
        this.lifetime = new Lifetime("the backend " + name);
        this.queues = new OpenClQueues(name, device);
        this.copies = new StagedCopies(() -> new OpenClSlot(queues));
        this.programs = new OpenClPrograms(name, queues.context(), device, cache);
    }

    /** Returns the local memory for which programs are made, in bytes. Many devices have 32 KB. */
    private static long localBytes(OpenClDevice device) {
        return localBytes(Long.getLong(LOCAL_PROPERTY, device.number(CL_DEVICE_LOCAL_MEM_SIZE)));
    }

    /** Same as {@link #localBytes(OpenClDevice)}, for the number of bytes that a device reports. */
    static long localBytes(long reported) {
        return Math.min(GpuDevice.USUAL_LOCAL_BYTES, reported);
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

    /** Memory of the driver. Compared by identity. */
    static final class Buffer implements GpuBuffer {
        private final cl_mem memory;
        private final long bytes;

        Buffer(cl_mem memory, long bytes) {
            this.memory = memory;
            this.bytes = bytes;
        }

        cl_mem memory() {
            return memory;
        }

        @Override
        public long bytes() {
            return bytes;
        }
    }

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
            cl_kernel[] made = new cl_kernel[1];
            checked("clCreateKernel", () -> {
                made[0] = clCreateKernel(handle, kernel, status);
                if (status[0] == CL_INVALID_KERNEL_NAME) {
                    throw new IllegalArgumentException(name + " has no kernel " + kernel);
                }
                return status[0];
            });
            Kernel created = new Kernel(kernel, made[0]);
            checkLocalMemory(created);
            return created;
        }

        /**
         * Checks the local memory of a kernel, because a driver reports too much of it only as CL_OUT_OF_RESOURCES or
         * not at all.
         */
        private void checkLocalMemory(Kernel kernel) {
            long needed = OpenCl.number(
                    "clGetKernelWorkGroupInfo",
                    (size, to, actual) -> clGetKernelWorkGroupInfo(
                            kernel.handle, queues.device(), CL_KERNEL_LOCAL_MEM_SIZE, size, to, actual));
            if (traits.groupSize() > 1 && needed > traits.localBytes()) {
                clReleaseKernel(kernel.handle);
                throw new DeviceException(
                        traits.name(),
                        "the kernel " + kernel.name + " needs " + needed + " bytes of local memory, the device has "
                                + traits.localBytes());
            }
        }

        void release() {
            kernels.values().forEach(kernel -> clReleaseKernel(kernel.handle));
            clReleaseProgram(handle);
        }
    }

    @Override
    public GpuProgram compile(String name, String source) {
        return checked(0, () -> {
            synchronized (built) {
                Program program = new Program(name, programs.build(name, source));
                built.add(program);
                return program;
            }
        });
    }

    @Override
    public GpuBuffer allocate(long bytes) {
        return checked(bytes, () -> queues.buffers()
                .add(new Buffer(
                        OpenCl.create(
                                "clCreateBuffer",
                                status -> clCreateBuffer(queues.context(), CL_MEM_READ_WRITE, bytes, null, status)),
                        bytes)));
    }

    @Override
    public void free(GpuBuffer buffer) {
        queues.buffers().free((Buffer) buffer);
    }

    /** Returns the queues, for tests. */
    OpenClQueues queues() {
        return queues;
    }

    /**
     * Returns the memory for a command that is being given.
     *
     * @throws ClosedException if the buffer has been freed
     */
    private cl_mem memory(GpuBuffer buffer) {
        return queues.memory(buffer);
    }

    @Override
    public void zero(GpuBuffer buffer, long bytes) {
        Pointer pattern = Pointer.to(new int[1]);
        give(() -> checked(bytes, () -> {
            queues.give(
                    "clEnqueueFillBuffer",
                    () -> clEnqueueFillBuffer(
                            queues.compute(), memory(buffer), pattern, Integer.BYTES, 0, bytes, 0, null, null));
            return null;
        }));
    }

    @Override
    public void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes) {
        give(() -> commanded(
                "clEnqueueCopyBuffer",
                () -> clEnqueueCopyBuffer(
                        queues.compute(), memory(from), memory(to), fromOffset, toOffset, bytes, 0, null, null)));
    }

    @Override
    public void read(GpuBuffer from, long offset, int count, StagedCopies.Move drain) {
        staged(() -> {
            try (OpenClEvent given = marker()) {
                copies.read(from, offset, count, given, drain);
            }
        });
    }

    @Override
    public void write(GpuBuffer to, long offset, int count, StagedCopies.Move fill) {
        staged(() -> copies.write(to, offset, count, fill));
    }

    private void staged(Runnable copy) {
        checked(StagedCopies.SLOT_BYTES, () -> {
            copy.run();
            return null;
        });
    }

    @Override
    public void launch(GpuKernel kernel, int x, int y, int z, Object... arguments) {
        Kernel own = (Kernel) kernel;
        long[] local = {traits.groupSize(), 1, 1};
        long[] global = {(long) x * traits.groupSize(), y, z};
        List<Argument> values = Arrays.stream(arguments).map(Argument::of).toList();
        String what = "launch of " + own.name;
        give(() -> commanded(what, () -> {
            // Arguments belong to the kernel object until the kernel is enqueued.
            synchronized (own) {
                for (int i = 0; i < values.size(); i++) {
                    set(own, i, values.get(i));
                }
                return clEnqueueNDRangeKernel(queues.compute(), own.handle, 3, null, global, local, 0, null, null);
            }
        }));
    }

    /**
     * An argument in the form that the driver takes.
     *
     * @param buffer null if the argument is a number
     */
    private record Argument(Pointer value, long bytes, Buffer buffer) {
        static Argument of(Object argument) {
            if (argument instanceof Buffer buffer) {
                return new Argument(Pointer.to(buffer.memory), Sizeof.cl_mem, buffer);
            } else if (argument instanceof Integer number) {
                return new Argument(Pointer.to(new int[] {number}), Integer.BYTES, null);
            } else if (argument instanceof Float number) {
                return new Argument(Pointer.to(new float[] {number}), Float.BYTES, null);
            }
            return new Argument(Pointer.to(new long[] {(Long) argument}), Long.BYTES, null);
        }
    }

    private void set(Kernel kernel, int index, Argument argument) {
        if (argument.buffer != null) {
            queues.buffers().require(argument.buffer);
        }
        OpenCl.call(
                "argument " + index + " of " + kernel.name,
                () -> clSetKernelArg(kernel.handle, index, argument.bytes, argument.value));
    }

    /** Gives a command. A recording may give the command again. */
    private void give(Runnable command) {
        command.run();
        log.add(command);
    }

    @Override
    public GpuCommands record(Runnable given) {
        return GpuCommands.oneByOne(log.of(given));
    }

    @Override
    public void synchronize() {
        checked("clFinish", () -> clFinish(queues.compute()));
    }

    @Override
    public GpuEvent mark() {
        return checked(0, this::marker);
    }

    private OpenClEvent marker() {
        return queues.event(
                "clEnqueueMarkerWithWaitList", event -> clEnqueueMarkerWithWaitList(queues.compute(), 0, null, event));
    }

    /** Makes a call that uses buffers. */
    private void commanded(String name, IntSupplier call) {
        checked(0, () -> {
            queues.give(name, call);
            return null;
        });
    }

    private void checked(String name, IntSupplier call) {
        checked(0, () -> {
            OpenCl.call(name, call);
            return null;
        });
    }

    /**
     * Converts failures of OpenCL to the exceptions of this backend. If {@code bytes} is above 0, a shortage is
     * reported as too little memory for this number of bytes.
     */
    private <T> T checked(long bytes, Supplier<T> calls) {
        Lifetime.Call call = lifetime.call();
        try {
            return calls.get();
        } catch (OpenCl.Failure e) {
            throw bytes > 0 && e.isShortage()
                    ? new OutOfDeviceMemoryException(traits.name(), bytes, traits.largestBuffer())
                    : e.toDeviceException(traits.name());
        } finally {
            call.close();
        }
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            queues.finish();
            copies.close();
            queues.buffers().freeAll();
            built.forEach(Program::release);
            queues.close();
        });
    }
}
