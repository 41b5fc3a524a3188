package dev.ideal4j.kernels.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.NativePointerObject;
import jcuda.Pointer;

/**
 * Memory outside of the heap from which a thread passes the arguments of a launch. The driver copies them during the
 * call, so each thread needs this memory once. JCuda would copy arguments in arrays of the heap, one by one, for each
 * launch.
 */
final class LaunchArguments {
    private static final int MOST = 64;
    private static final ThreadLocal<LaunchArguments> OWN = ThreadLocal.withInitial(LaunchArguments::new);

    private final ByteBuffer words =
            ByteBuffer.allocateDirect(Long.BYTES * MOST).order(ByteOrder.nativeOrder());
    /** The pointers to the arguments of a launch, by the number of arguments. */
    private final Pointer[] lists = new Pointer[MOST + 1];

    private LaunchArguments() {}

    /**
     * Returns a pointer to pointers to arguments, which is valid in the calling thread until the next call.
     *
     * @param arguments the bits of each argument. An argument of 4 bytes is the lower half, because all hosts of CUDA are
     *     little-endian
     */
    static Pointer of(long[] arguments) {
        LaunchArguments own = OWN.get();
        for (int i = 0; i < arguments.length; i++) {
            own.words.putLong(Long.BYTES * i, arguments[i]);
        }
        return own.list(arguments.length);
    }

    private Pointer list(int count) {
        if (lists[count] == null) {
            NativePointerObject[] each = new NativePointerObject[count];
            for (int i = 0; i < count; i++) {
                each[i] = Pointer.to(words).withByteOffset((long) Long.BYTES * i);
            }
            lists[count] = Pointer.to(each);
        }
        return lists[count];
    }
}
