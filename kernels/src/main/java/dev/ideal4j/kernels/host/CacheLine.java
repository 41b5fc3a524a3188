package dev.ideal4j.kernels.host;

/**
 * Where arrays of floats that the inner loops stream through begin. A vector of 64 bytes that straddles two cache lines
 * costs two accesses. Java does not tell where an array lies, but after its header of 16 bytes another {@value #START}
 * floats fill a line; so what begins there is on whole lines in a JVM whose objects are
 * ({@code -XX:ObjectAlignmentInBytes=64}), and in arrays that the default collector takes for humongous.
 */
public final class CacheLine {
    /** First element that is used. */
    public static final int START = 12;

    private CacheLine() {}
}
