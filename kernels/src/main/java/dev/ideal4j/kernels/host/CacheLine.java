package dev.ideal4j.kernels.host;

/**
 * The start of the data in float arrays that the inner loops stream through. A vector of 64 bytes that straddles two
 * cache lines costs two accesses. Java does not reveal the address of an array. After the array's header of 16 bytes,
 * however, {@value #START} further floats fill a line. Data that begins there is therefore aligned to cache lines if
 * the JVM's objects are aligned ({@code -XX:ObjectAlignmentInBytes=64}), and in arrays that the default collector
 * treats as humongous.
 */
public final class CacheLine {
    /** The index of the first element that is used. */
    public static final int START = 12;

    private CacheLine() {}
}
