package dev.ideal4j.kernels.emulation;

import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;

/** What a trial needs of a device that has loaded a file of kernels: emulated, or real behind the CUDA backend's runtime. */
interface TrialDevice extends AutoCloseable {
    /** Memory full of NaN. */
    Buffer allocate(int bytes);

    default Buffer floats(int count) {
        return allocate(4 * count);
    }

    Buffer upload(float... values);

    Buffer upload(int... values);

    float[] read(Buffer buffer);

    int[] readInts(Buffer buffer);

    /**
     * Runs a kernel.
     *
     * @param arguments as the kernel declares them: {@link Buffer} or null for a pointer, else a boxed number
     */
    void launch(String kernel, Launch launch, Object... arguments);

    /** Frees all memory. */
    @Override
    void close();
}
