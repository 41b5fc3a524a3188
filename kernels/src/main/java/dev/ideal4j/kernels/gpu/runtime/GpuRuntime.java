package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.OutOfDeviceMemoryException;

/**
 * All that differs between OpenCL and CUDA. One runtime serves one backend: it has one sequence of commands, which take
 * effect in the order they were given, asynchronously. Copies from and to the host go their own way beside it, while
 * kernels run: a write waits on the host for nothing and on the device only to take effect in its turn, a read waits for
 * the commands given before it and not for those that other threads give meanwhile. So no command ever finds memory
 * half-written, and memory may be used for something else as soon as the last command that uses it has been given.
 *
 * <p>Thread-safe. A read that waits ends early with a {@link dev.ideal4j.core.WorkInterruptedException} when its thread is
 * interrupted. Any method may throw {@link DeviceException} when the device or its driver fails, also for a command
 * given earlier.
 */
public interface GpuRuntime extends AutoCloseable {
    /** The device. */
    GpuDevice device();

    /**
     * Compiles a source, or takes the result of an earlier compilation from a cache.
     *
     * @param name for messages
     * @param source in the dialect of {@code prelude.kc}, which it includes
     * @throws DeviceException with the compiler's log, if it does not compile
     */
    GpuProgram compile(String name, String source);

    /**
     * Allocates memory of any content.
     *
     * @param bytes above 0
     * @throws OutOfDeviceMemoryException if it does not fit
     */
    GpuBuffer allocate(long bytes);

    /** Gives memory back, after the commands given so far. Does nothing once this is closed, which frees all memory. */
    void free(GpuBuffer buffer);

    /**
     * Fills with zeros.
     *
     * @param bytes a multiple of 4
     * @throws OutOfDeviceMemoryException if the driver finds only now that it does not fit
     */
    void zero(GpuBuffer buffer, long bytes);

    /** Copies between two buffers, or two parts of one that do not overlap; offsets and sizes in bytes. */
    void copy(GpuBuffer from, long fromOffset, GpuBuffer to, long toOffset, long bytes);

    /** Copies {@code count} elements to the host and waits for them; {@code offset} in bytes. */
    void read(GpuBuffer from, long offset, float[] to, int toOffset, int count);

    /** As {@link #read(GpuBuffer, long, float[], int, int)}. */
    void read(GpuBuffer from, long offset, int[] to, int toOffset, int count);

    /**
     * Copies {@code count} elements from the host, which may change them as soon as this returns; {@code offset} in bytes.
     * Waits only if very much is under way already ({@link StagedCopies}).
     */
    void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset);

    /** As {@link #write(float[], int, int, GpuBuffer, long)}. */
    void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset);

    /**
     * Starts a kernel on {@code x · y · z} work-groups, each above 0, of the device's group size.
     *
     * @param arguments {@link GpuBuffer}, {@link Integer}, {@link Long} or {@link Float}, as the kernel declares them
     */
    void launch(GpuKernel kernel, int x, int y, int z, Object... arguments);

    /**
     * Keeps the launches, copies and fills that {@code given} makes the calling thread give this runtime, which run as
     * ever. Other threads' commands do not belong to it, whatever they give meanwhile.
     *
     * @param given copies nothing from or to the host
     * @return the commands, to be given again as long as their buffers are there; the caller closes it before the runtime
     */
    GpuCommands record(Runnable given);

    /** Waits for all commands given so far. */
    void synchronize();

    /** Marks the end of the commands given so far; the caller closes the event. */
    GpuEvent mark();

    /** Waits for the calls and commands under way, then gives everything back. Later calls throw {@link ClosedException}. */
    @Override
    void close();
}
