package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.DeviceException;
import dev.ideal4j.kernels.cuda.BlockRuntime;
import dev.ideal4j.kernels.gpu.CommandLog;
import dev.ideal4j.kernels.gpu.GpuBuffer;
import dev.ideal4j.kernels.gpu.GpuCommands;
import dev.ideal4j.kernels.gpu.GpuDevice;
import dev.ideal4j.kernels.gpu.GpuEvent;
import dev.ideal4j.kernels.gpu.GpuKernel;
import dev.ideal4j.kernels.gpu.GpuProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The GPU backend's runtime on an {@link EmulatedDevice}: portable kernels run in their CUDA dialect. */
final class EmulatedRuntime implements BlockRuntime {
    /** A compute capability of 8.0. */
    static final int AMPERE = 80;

    private static final int GROUP = 256;
    private static final long MEMORY = 1L << 31;

    private final EmulatedDevice device = new EmulatedDevice();
    private final GpuDevice traits;
    private final int capability;
    private final Map<Path, Program> programs = new HashMap<>();
    private final CommandLog<Runnable> log = new CommandLog<>();
    private long launches;

    EmulatedRuntime(String name, int capability) {
        this.capability = capability;
        traits = new GpuDevice(name, "CUDA on the processor, for tests", GROUP, 1, true, MEMORY, 1 << 30);
    }

    @Override
    public GpuDevice device() {
        return traits;
    }

    private record Memory(EmulatedDevice.Buffer buffer) implements GpuBuffer {
        @Override
        public long bytes() {
            return buffer.bytes();
        }

        long at(long offset) {
            return buffer.address() + offset;
        }
    }

    /** A program as often as it is compiled, with the most blocks that each of its kernels was launched with. */
    private record Program(EmulatedDevice.Library library, Map<String, Integer> blocks) implements GpuProgram {
        @Override
        public GpuKernel kernel(String name) {
            return new Kernel(this, name);
        }
    }

    private record Kernel(Program program, String name) implements GpuKernel {}

    @Override
    public synchronized GpuProgram compile(String name, String source) {
        return programs.computeIfAbsent(
                EmulatedKernels.compile(name, source), path -> new Program(device.load(path), new TreeMap<>()));
    }

    /** The kernels of a program by name, with the most blocks that each was launched with; 0 if it never was. */
    synchronized Map<String, Integer> launched(String name, String source) {
        Program program = (Program) compile(name, source);
        Map<String, Integer> all = new TreeMap<>(program.blocks);
        program.library.kernels().forEach(kernel -> all.putIfAbsent(kernel, 0));
        return all;
    }

    @Override
    public synchronized GpuBuffer allocate(long bytes) {
        return new Memory(device.allocate((int) bytes));
    }

    @Override
    public synchronized void free(GpuBuffer buffer) {
        device.free(((Memory) buffer).buffer);
    }

    @Override
    public synchronized void zero(GpuBuffer buffer, long bytes) {
        device.clear(((Memory) buffer).at(0), bytes);
        log.add(() -> zero(buffer, bytes));
    }

    @Override
    public synchronized void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes) {
        device.copy(((Memory) from).at(fromOffset), ((Memory) to).at(toOffset), bytes);
        log.add(() -> copy(from, fromOffset, to, toOffset, bytes));
    }

    @Override
    public synchronized void read(GpuBuffer from, long offset, float[] to, int toOffset, int count) {
        device.readBytes(((Memory) from).at(offset), 4 * count).asFloatBuffer().get(to, toOffset, count);
    }

    @Override
    public synchronized void read(GpuBuffer from, long offset, int[] to, int toOffset, int count) {
        device.readBytes(((Memory) from).at(offset), 4 * count).asIntBuffer().get(to, toOffset, count);
    }

    @Override
    public synchronized void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(from, fromOffset, count);
        device.write(((Memory) to).at(offset), bytes.array());
    }

    @Override
    public synchronized void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(from, fromOffset, count);
        device.write(((Memory) to).at(offset), bytes.array());
    }

    @Override
    public void launch(GpuKernel kernel, int x, int y, int z, Object... arguments) {
        launch(kernel, new Blocks(x, y, z, GROUP, 0), arguments);
    }

    @Override
    public int capability() {
        return capability;
    }

    @Override
    public synchronized void launch(GpuKernel kernel, Blocks blocks, Object... arguments) {
        Object[] words = Arrays.stream(arguments).map(EmulatedRuntime::word).toArray();
        device.seed(launches++);
        try {
            EmulatedDevice.Launch launch = new EmulatedDevice.Launch(
                    blocks.x(), blocks.y(), blocks.z(), blocks.threads(), blocks.sharedBytes());
            Program program = ((Kernel) kernel).program;
            device.launch(program.library.number(), kernel.name(), launch, words);
            program.blocks.merge(kernel.name(), blocks.x() * blocks.y() * blocks.z(), Math::max);
        } catch (EmulationException e) {
            throw new DeviceException(traits.name(), "launch of " + kernel.name() + ": " + e.getMessage());
        }
        log.add(() -> launch(kernel, blocks, arguments));
    }

    @Override
    public GpuCommands record(Runnable given) {
        return GpuCommands.oneByOne(log.of(given));
    }

    private static Object word(Object argument) {
        if (argument instanceof Memory memory) {
            return memory.buffer;
        }
        return argument instanceof Slice slice ? (Object) ((Memory) slice.buffer()).at(slice.offset()) : argument;
    }

    @Override
    public void synchronize() {}

    @Override
    public GpuEvent mark() {
        long now = System.nanoTime();
        return new Mark(now);
    }

    private record Mark(long nanos) implements GpuEvent {
        @Override
        public long nanosSince(GpuEvent earlier) {
            return nanos - ((Mark) earlier).nanos;
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        device.close();
    }
}
