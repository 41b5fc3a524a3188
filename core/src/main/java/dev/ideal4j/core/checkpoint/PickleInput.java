package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The little-endian bytes of one or more pickles. Every read is checked against the remaining bytes and the allocation
 * limit.
 */
final class PickleInput {
    private static final int LONGEST_LINE = 1024;

    private final Path file;
    private final InputStream in;
    private final long length;
    private final AllocationLimit limit;
    private final byte[] buffer = new byte[1 << 13];
    private int next;
    private int filled;
    private long consumedBefore;

    /**
     * @param file the file, for messages
     * @param in the bytes; not closed by this class
     * @param length number of bytes in {@code in}
     */
    PickleInput(Path file, InputStream in, long length, AllocationLimit limit) {
        this.file = file;
        this.in = in;
        this.length = length;
        this.limit = limit;
    }

    Path file() {
        return file;
    }

    AllocationLimit limit() {
        return limit;
    }

    /** Bytes consumed so far. */
    long position() {
        return consumedBefore + next;
    }

    FileFormatException malformed(String found, String expected) {
        return new FileFormatException(
                file, Printable.of(found) + " at byte " + position() + " of the pickle", expected);
    }

    int u8() {
        if (next == filled) {
            refill();
        }
        return buffer[next++] & 0xFF;
    }

    int u16() {
        return u8() | u8() << 8;
    }

    int i32() {
        return u16() | u16() << 16;
    }

    long u32() {
        return i32() & 0xFFFFFFFFL;
    }

    long i64() {
        return u32() | (long) i32() << 32;
    }

    /** Reads a big-endian IEEE double. It is the only big-endian value in a pickle. */
    double f64() {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    byte[] bytes(long count) {
        if (count < 0 || count > length - position()) {
            throw malformed("a string of " + count + " bytes", "at most the " + (length - position()) + " left");
        }
        if (count > Integer.MAX_VALUE - 8) {
            throw malformed("a string of " + count + " bytes", "less than 2^31");
        }
        limit.charge(2 * count + 64);
        byte[] bytes = new byte[(int) count];
        for (int done = 0; done < bytes.length; ) {
            if (next == filled) {
                refill();
            }
            int some = Math.min(bytes.length - done, filled - next);
            System.arraycopy(buffer, next, bytes, done, some);
            next += some;
            done += some;
        }
        return bytes;
    }

    String text(long count) {
        return new String(bytes(count), StandardCharsets.UTF_8);
    }

    /** Reads text up to a line feed. The GLOBAL opcode stores names of classes in this form. */
    String line() {
        byte[] line = new byte[LONGEST_LINE];
        for (int n = 0; n < LONGEST_LINE; n++) {
            int b = u8();
            if (b == '\n') {
                limit.charge(n + 64L);
                return new String(Arrays.copyOf(line, n), StandardCharsets.UTF_8);
            }
            line[n] = (byte) b;
        }
        throw malformed("a name of more than " + LONGEST_LINE + " bytes", "the name of a class");
    }

    private void refill() {
        try {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - position()));
            if (read <= 0) {
                throw malformed("the end of the data", "more of the pickle");
            }
            consumedBefore += next;
            next = 0;
            filled = read;
        } catch (EOFException | ZipException e) {
            throw new FileFormatException(
                    file, "a damaged pickle (" + Printable.of(String.valueOf(e.getMessage())) + ")", "a whole one", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
