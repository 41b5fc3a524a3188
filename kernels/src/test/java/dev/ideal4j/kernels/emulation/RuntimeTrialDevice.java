package dev.ideal4j.kernels.emulation;

import dev.ideal4j.kernels.cuda.BlockRuntime;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The device of a CUDA backend. An address has the number of its allocation above the offset within it. */
final class RuntimeTrialDevice implements TrialDevice {
    private static final int OFFSET_BITS = 40;

    private final BlockRuntime runtime;
    private final GpuProgram program;
    private final List<GpuBuffer> buffers = new ArrayList<>();

    /** A device that has compiled {@code source}; {@code name} for messages and to find its PTX. */
    RuntimeTrialDevice(BlockRuntime runtime, String name, String source) {
        this.runtime = runtime;
        this.program = runtime.compile(name, source);
    }

    @Override
    public Buffer allocate(int bytes) {
        Buffer buffer = room(bytes);
        float[] poison = new float[(bytes + 3) / 4];
        Arrays.fill(poison, Float.NaN);
        runtime.write(poison, 0, poison.length, memory(buffer), 0);
        return buffer;
    }

    private Buffer room(int bytes) {
        buffers.add(runtime.allocate((bytes + 3) / 4 * 4L));
        return new Buffer((long) buffers.size() << OFFSET_BITS, bytes);
    }

    private GpuBuffer memory(Buffer buffer) {
        return buffers.get((int) (buffer.address() >>> OFFSET_BITS) - 1);
    }

    private static long offset(Buffer buffer) {
        return buffer.address() & (1L << OFFSET_BITS) - 1;
    }

    @Override
    public Buffer upload(float... values) {
        Buffer buffer = room(4 * values.length);
        runtime.write(values, 0, values.length, memory(buffer), 0);
        return buffer;
    }

    @Override
    public Buffer upload(int... values) {
        Buffer buffer = room(4 * values.length);
        runtime.write(values, 0, values.length, memory(buffer), 0);
        return buffer;
    }

    @Override
    public float[] read(Buffer buffer) {
        float[] values = new float[buffer.bytes() / 4];
        runtime.read(memory(buffer), offset(buffer), values, 0, values.length);
        return values;
    }

    @Override
    public int[] readInts(Buffer buffer) {
        int[] values = new int[buffer.bytes() / 4];
        runtime.read(memory(buffer), offset(buffer), values, 0, values.length);
        return values;
    }

    @Override
    public void launch(String kernel, Launch launch, Object... arguments) {
        Object[] own = Arrays.stream(arguments)
                .map(argument -> argument instanceof Buffer buffer
                        ? new BlockRuntime.Slice(memory(buffer), offset(buffer), this)
                        : argument)
                .toArray();
        runtime.launch(
                program.kernel(kernel),
                new BlockRuntime.Blocks(launch.x(), launch.y(), launch.z(), launch.threads(), launch.sharedBytes()),
                own);
    }

    @Override
    public void close() {
        buffers.forEach(runtime::free);
        buffers.clear();
    }
}
