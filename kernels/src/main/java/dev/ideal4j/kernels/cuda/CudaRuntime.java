package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.kernels.gpu.runtime.BinaryCache;
import dev.ideal4j.kernels.gpu.runtime.CommandLog;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuCommands;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import dev.ideal4j.kernels.gpu.runtime.StagedCopies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;

/**
 * A runtime in a device's primary context, which other CUDA code in the process may share. It has one compute stream,
 * and copies run beside it. Any thread may call it, because each call makes the context current for its thread.
 */
final class CudaRuntime implements BlockRuntime {
    /** The largest number of blocks in y and in z. In x the limit is 2³¹ − 1. */
    private static final int MOST_ACROSS = 65_535;

    private static final int IMAGES = 64;

    private final CudaDevice device;
    private final GpuDevice traits;
    private final CUcontext context = new CUcontext();
    private final CudaStreams streams;
    private final StagedCopies copies;
    private final CudaPrograms programs;
    private final List<CUmodule> modules = new ArrayList<>();
    private final CommandLog<CudaCommand> log = new CommandLog<>();
    /** cuBLAS, created at its first product. */
    private Cublas cublas;

    private final Lifetime lifetime;

    CudaRuntime(String name, CudaDevice device, BinaryCache cache) {
        this.device = device;
        this.traits = device.traits(name);
        this.lifetime = new Lifetime("the backend " + name);
        this.programs = new CudaPrograms(name, device, cache);
        Cuda.call("cuDevicePrimaryCtxRetain", () -> cuDevicePrimaryCtxRetain(context, device.handle()));
        CudaStreams made = null;
        try {
            Cuda.call("cuCtxSetCurrent", () -> cuCtxSetCurrent(context));
            made = new CudaStreams();
        } finally {
            if (made == null) {
                cuDevicePrimaryCtxRelease(device.handle());
            }
        }
        this.streams = made;
        this.copies = new StagedCopies(() -> new CudaSlot(streams));
    }

    @Override
    public GpuDevice device() {
        return traits;
    }

    /** Returns more than a CPU needs, so that the blocks of each kernel fill all multiprocessors. */
    @Override
    public int imagesAtOnce() {
        return IMAGES;
    }

    /** Returns the streams, for tests that delay them. */
    CudaStreams streams() {
        return streams;
    }

    /** A pointer whose address can be read, as kernels take it. */
    private static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    /** Memory of the driver. Compared by identity. */
    private static final class Buffer implements GpuBuffer {
        private final Address pointer;
        private final long bytes;

        Buffer(Address pointer, long bytes) {
            this.pointer = pointer;
            this.bytes = bytes;
        }

        @Override
        public long bytes() {
            return bytes;
        }
    }

    private static final class Kernel implements GpuKernel {
        private final String name;
        private final CUfunction function;
        /** The dynamic shared memory that the kernel is set up for, in bytes. */
        private volatile int allowed;

        Kernel(String name, CUfunction function) {
            this.name = name;
            this.function = function;
        }

        @Override
        public String name() {
            return name;
        }

        /**
         * Sets the kernel up for this much dynamic shared memory. The value never decreases, because other threads
         * launch the kernel and recordings repeat launches. The kernel's static shared memory counts against the usual
         * 48 KB, so less than 48 KB of dynamic memory may have to be requested too.
         */
        synchronized void allow(int bytes) {
            if (bytes > allowed) {
                int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
                Cuda.call("cuFuncSetAttribute of " + name, () -> cuFuncSetAttribute(function, attribute, bytes));
                allowed = bytes;
            }
        }
    }

    private final class Program implements GpuProgram {
        private final String name;
        private final CUmodule module;
        private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

        Program(String name, CUmodule module) {
            this.name = name;
            this.module = module;
        }

        @Override
        public GpuKernel kernel(String kernel) {
            return kernels.computeIfAbsent(kernel, this::find);
        }

        private Kernel find(String kernel) {
            return use().compute(() -> {
                CUfunction function = new CUfunction();
                int status = cuModuleGetFunction(function, module, kernel);
                if (status == CUresult.CUDA_ERROR_NOT_FOUND) {
                    throw new IllegalArgumentException(name + " has no kernel " + kernel);
                }
                checked("cuModuleGetFunction", () -> status);
                return new Kernel(kernel, function);
            });
        }
    }

    @Override
    public GpuProgram compile(String name, String source) {
        Lifetime.Call call = use();
        try {
            synchronized (modules) {
                CUmodule module = programs.load(name, source);
                modules.add(module);
                return new Program(name, module);
            }
        } catch (Cuda.Failure e) {
            throw e.toException(traits.name(), CudaRuntime::freeBytes);
        } finally {
            call.close();
        }
    }

    /** Begins a call and makes the context current for the calling thread. */
    private Lifetime.Call use() {
        Lifetime.Call call = lifetime.call();
        try {
            checked("cuCtxSetCurrent", () -> cuCtxSetCurrent(context));
            return call;
        } catch (RuntimeException | Error e) {
            call.close();
            throw e;
        }
    }

    /** Runs calls of the driver. */
    private void calls(Runnable calls) {
        use().run(() -> checked(calls));
    }

    @Override
    public GpuBuffer allocate(long bytes) {
        Address pointer = new Address();
        Buffer buffer = new Buffer(pointer, bytes);
        calls(() -> {
            Cuda.call("cuMemAlloc", bytes, () -> cuMemAlloc(pointer, bytes));
            streams.buffers().add(buffer);
        });
        return buffer;
    }

    private static long freeBytes() {
        long[] free = new long[1];
        cuMemGetInfo(free, new long[1]);
        return free[0];
    }

    @Override
    public void free(GpuBuffer buffer) {
        try {
            calls(() -> streams.buffers().free(buffer));
        } catch (ClosedException e) {
            // Closing has freed the buffer.
        }
    }

    private static Address pointer(GpuBuffer buffer) {
        return ((Buffer) buffer).pointer;
    }

    /** Returns a pointer into a buffer; {@code offset} is in bytes. */
    static CUdeviceptr at(GpuBuffer buffer, long offset) {
        return pointer(buffer).withByteOffset(offset);
    }

    @Override
    public void zero(GpuBuffer buffer, long bytes) {
        give("cuMemsetD32Async", stream -> cuMemsetD32Async(pointer(buffer), 0, bytes / Integer.BYTES, stream), buffer);
    }

    @Override
    public void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes) {
        CUdeviceptr source = at(from, fromOffset);
        CUdeviceptr target = at(to, toOffset);
        give("cuMemcpyDtoDAsync", stream -> cuMemcpyDtoDAsync(target, source, bytes, stream), from, to);
    }

    /**
     * Computes products by cuBLAS, which must be loaded.
     *
     * @param used memory of the factors and of the product
     */
    void multiply(Cublas.Product product, GpuBuffer... used) {
        Cublas library = cublas();
        give("products of cuBLAS", stream -> library.multiply(product, stream), used);
    }

    private synchronized Cublas cublas() {
        if (cublas == null) {
            calls(() -> cublas = new Cublas());
        }
        return cublas;
    }

    /** Gives a command to the compute stream. A recording may give the command again. */
    private void give(String call, ToIntFunction<CUstream> onStream, GpuBuffer... used) {
        CudaCommand command = new CudaCommand(call, onStream, List.of(used));
        calls(() -> streams.give(call, () -> onStream.applyAsInt(streams.compute()), used));
        log.add(command);
    }

    @Override
    public GpuCommands record(Runnable given) {
        return new Recorded(log.of(given));
    }

    /** Commands as a graph, or one by one if the driver cannot make a graph of them. */
    private final class Recorded implements GpuCommands {
        private final List<CudaCommand> commands;
        private CudaGraph graph;
        private String reasonAgainst;

        Recorded(List<CudaCommand> commands) {
            this.commands = commands;
            Lifetime.Call call = use();
            try {
                graph = new CudaGraph(commands);
            } catch (Cuda.Failure e) {
                if (e.isFinal()) {
                    throw e.toException(traits.name(), CudaRuntime::freeBytes);
                }
                reasonAgainst = e.getMessage();
            } finally {
                call.close();
            }
        }

        @Override
        public void give() {
            calls(() -> streams.buffers().using(() -> {
                commands.forEach(command -> command.used().forEach(streams.buffers()::require));
                if (graph != null) {
                    graph.launch(streams.compute());
                } else {
                    commands.forEach(command -> command.give(streams.compute()));
                }
                return null;
            }));
        }

        @Override
        public String description() {
            return commands.size() + " commands, "
                    + (graph != null ? "a CUDA graph" : "one by one, without a graph because of " + reasonAgainst);
        }

        @Override
        public void close() {
            try {
                if (graph != null) {
                    calls(graph::close);
                }
            } catch (ClosedException e) {
                // Closing the context has destroyed the graph.
            }
        }
    }

    @Override
    public void read(GpuBuffer from, long offset, int count, StagedCopies.Move drain) {
        calls(() -> {
            try (CudaEvent given = given()) {
                copies.read(from, offset, count, given, drain);
            }
        });
    }

    /** Returns an event at the end of the commands given so far. */
    private CudaEvent given() {
        CudaEvent given = new CudaEvent(CUevent_flags.CU_EVENT_DISABLE_TIMING);
        given.record(streams.compute());
        return given;
    }

    @Override
    public void write(GpuBuffer to, long offset, int count, StagedCopies.Move fill) {
        calls(() -> copies.write(to, offset, count, fill));
    }

    @Override
    public void launch(GpuKernel kernel, int x, int y, int z, Object... arguments) {
        launch(kernel, new Blocks(x, y, z, traits.groupSize(), 0), arguments);
    }

    @Override
    public int capability() {
        return device.capability();
    }

    @Override
    public int sharedBytes() {
        return device.sharedBytes();
    }

    @Override
    public void launch(GpuKernel kernel, Blocks blocks, Object... arguments) {
        if (blocks.y() > MOST_ACROSS || blocks.z() > MOST_ACROSS) {
            throw new DeviceException(
                    traits.name(),
                    "launch of " + kernel.name() + ": " + blocks.x() + " × " + blocks.y() + " × " + blocks.z()
                            + " blocks asked for, CUDA has at most " + MOST_ACROSS
                            + " in the second and third direction; take fewer samples at once");
        }
        CUfunction function = ((Kernel) kernel).function;
        if (blocks.sharedBytes() > ((Kernel) kernel).allowed) {
            calls(() -> ((Kernel) kernel).allow(blocks.sharedBytes()));
        }
        long[] words = new long[arguments.length];
        List<GpuBuffer> used = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            words[i] = word(arguments[i]);
            if (arguments[i] instanceof Buffer buffer) {
                used.add(buffer);
            } else if (arguments[i] instanceof Slice slice) {
                used.add(slice.buffer());
            }
        }
        give(
                "launch of " + kernel.name(),
                stream -> cuLaunchKernel(
                        function,
                        blocks.x(),
                        blocks.y(),
                        blocks.z(),
                        blocks.threads(),
                        1,
                        1,
                        blocks.sharedBytes(),
                        stream,
                        LaunchArguments.of(words),
                        null),
                used.toArray(GpuBuffer[]::new));
    }

    private static long word(Object argument) {
        if (argument instanceof Integer number) {
            return number;
        } else if (argument instanceof Float number) {
            return Float.floatToRawIntBits(number);
        } else if (argument instanceof Buffer buffer) {
            return buffer.pointer.value();
        } else if (argument instanceof Slice slice) {
            return pointer(slice.buffer()).value() + slice.offset();
        }
        return argument == null ? 0 : (Long) argument;
    }

    @Override
    public void synchronize() {
        calls(() -> Cuda.call("cuStreamSynchronize", () -> cuStreamSynchronize(streams.compute())));
    }

    @Override
    public GpuEvent mark() {
        return use().compute(() -> new Mark());
    }

    /** An event for time measurements. Its users need not handle contexts. */
    private final class Mark implements GpuEvent {
        private final CudaEvent event;

        Mark() {
            CudaEvent[] made = new CudaEvent[1];
            checked(() -> {
                made[0] = new CudaEvent(CUevent_flags.CU_EVENT_DEFAULT);
                made[0].record(streams.compute());
            });
            event = made[0];
        }

        @Override
        public long nanosSince(GpuEvent earlier) {
            long[] nanos = new long[1];
            calls(() -> nanos[0] = event.nanosSince(((Mark) earlier).event));
            return nanos[0];
        }

        @Override
        public void close() {
            try {
                calls(event::close);
            } catch (ClosedException e) {
                // Closing the context has destroyed the event.
            }
        }
    }

    private void checked(String name, IntSupplier call) {
        checked(() -> Cuda.call(name, call));
    }

    /** Converts failures of CUDA to the exceptions of this backend. */
    private void checked(Runnable calls) {
        try {
            calls.run();
        } catch (Cuda.Failure e) {
            throw e.toException(traits.name(), CudaRuntime::freeBytes);
        }
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            cuCtxSetCurrent(context);
            streams.finish();
            copies.close();
            streams.buffers().freeAll();
            if (cublas != null) {
                cublas.close();
            }
            modules.forEach(module -> cuModuleUnload(module));
            streams.close();
            cuDevicePrimaryCtxRelease(device.handle());
        });
    }
}
