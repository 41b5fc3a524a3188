package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.DeviceException;
import dev.ideal4j.kernels.cuda.BlockRuntime;
import dev.ideal4j.kernels.gpu.GpuBuffer;
import dev.ideal4j.kernels.gpu.GpuDevice;
import dev.ideal4j.kernels.gpu.GpuEvent;
import dev.ideal4j.kernels.gpu.GpuKernel;
import dev.ideal4j.kernels.gpu.GpuProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The GPU backend's runtime on an {@link EmulatedDevice}: portable kernels run in their CUDA dialect. */
final class EmulatedRuntime implements BlockRuntime {
    private static final int GROUP = 256;
    private static final long MEMORY = 1L << 31;

    private final EmulatedDevice device = new EmulatedDevice();
    private final GpuDevice traits;
    private long launches;

    private final int capability;

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

    private record Kernel(int library, String name) implements GpuKernel {}

    @Override
    public synchronized GpuProgram compile(String name, String source) {
        int library = device.load(EmulatedKernels.compile(name, source));
        return kernel -> new Kernel(library, kernel);
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
    }

    @Override
    public synchronized void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes) {
        device.copy(((Memory) from).at(fromOffset), ((Memory) to).at(toOffset), bytes);
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
            device.launch(((Kernel) kernel).library, kernel.name(), launch, words);
        } catch (EmulationException e) {
            throw new DeviceException(traits.name(), "launch of " + kernel.name() + ": " + e.getMessage());
        }
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
