package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.OutOfDeviceMemoryException;

/**
 * The differences between OpenCL and CUDA. One runtime serves one backend. It has one sequence of commands, which take
 * effect asynchronously in the order in which they were given. Copies from and to the host run beside this sequence
 * while kernels run. A write does not wait on the host, and on the device it waits only to take effect in its turn. A
 * read waits for the commands given before it, but not for commands that other threads give in the meantime. No command
 * therefore finds half-written memory, and memory may be reused as soon as the last command that uses it has been
 * given.
 *
 * <p>Thread-safe. A waiting read ends early with a {@link dev.ideal4j.core.WorkInterruptedException} if its thread is
 * interrupted. Any method may throw {@link DeviceException} if the device or its driver fails, also for a command given
 * earlier.
 */
public interface GpuRuntime extends AutoCloseable {
    /** Returns the device. */
    GpuDevice device();

    /** Returns the number of images that should run through a network at once. */
    default int imagesAtOnce() {
        return 8;
    }

    /**
     * Compiles a source, or takes the result of an earlier compilation from a cache.
     *
     * @param name name for messages
     * @param source source in the dialect of {@code prelude.kc}, including the prelude
     * @throws DeviceException with the compiler's log if the source does not compile
     */
    GpuProgram compile(String name, String source);

    /**
     * Allocates memory with arbitrary content.
     *
     * @param bytes above 0
     * @throws OutOfDeviceMemoryException if the device has too little memory
     */
    GpuBuffer allocate(long bytes);

    /**
     * Frees memory after the commands given so far. Does nothing if this runtime is closed, because closing frees all
     * memory.
     */
    void free(GpuBuffer buffer);

    /**
     * Fills the beginning of a buffer with zeros.
     *
     * @param bytes a multiple of 4
     * @throws OutOfDeviceMemoryException if the driver allocates only now and has too little memory
     */
    void zero(GpuBuffer buffer, long bytes);

    /**
     * Copies between two buffers, or between two parts of one buffer that do not overlap. Offsets and sizes are in
     * bytes.
     */
    void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes);

    /**
     * Copies {@code count} elements to the host and waits for them.
     *
     * @param offset in bytes
     * @param drain stores a part of the elements
     */
    void read(GpuBuffer from, long offset, int count, StagedCopies.Move drain);

    /** Copies elements to an array, see {@link #read(GpuBuffer, long, int, StagedCopies.Move)}. */
    default void read(GpuBuffer from, long offset, float[] to, int toOffset, int count) {
        read(from, offset, count, (bytes, first, part) -> bytes.asFloatBuffer().get(to, toOffset + first, part));
    }

    /** Same as {@link #read(GpuBuffer, long, float[], int, int)}, for integers. */
    default void read(GpuBuffer from, long offset, int[] to, int toOffset, int count) {
        read(from, offset, count, (bytes, first, part) -> bytes.asIntBuffer().get(to, toOffset + first, part));
    }

    /**
     * Copies {@code count} elements from the host, which may change them as soon as this method returns. Waits only if
     * very many copies are in progress ({@link StagedCopies}).
     *
     * @param offset in bytes
     * @param fill provides a part of the elements
     */
    void write(GpuBuffer to, long offset, int count, StagedCopies.Move fill);

    /** Copies elements of an array, see {@link #write(GpuBuffer, long, int, StagedCopies.Move)}. */
    default void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asFloatBuffer().put(from, fromOffset + first, part));
    }

    /** Same as {@link #write(float[], int, int, GpuBuffer, long)}, for integers. */
    default void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asIntBuffer().put(from, fromOffset + first, part));
    }

    /**
     * Starts a kernel on {@code x · y · z} work-groups of the device's group size. Each of x, y and z must be above 0.
     *
     * @param arguments {@link GpuBuffer}, {@link Integer}, {@link Long} or {@link Float}, as the kernel declares them
     */
    void launch(GpuKernel kernel, int x, int y, int z, Object... arguments);

    /**
     * Records the launches, copies and fills that the calling thread gives to this runtime while {@code given} runs.
     * The commands also run as usual. Commands of other threads are not recorded.
     *
     * @param given must not copy from or to the host
     * @return the commands, which can be given again as long as their buffers exist; the caller closes them before the
     *     runtime
     */
    GpuCommands record(Runnable given);

    /** Waits for all commands given so far. */
    void synchronize();

    /** Marks the end of the commands given so far. The caller closes the event. */
    GpuEvent mark();

    /**
     * Waits for the calls and commands in progress, then releases everything. Later calls throw
     * {@link ClosedException}.
     */
    @Override
    void close();
}
