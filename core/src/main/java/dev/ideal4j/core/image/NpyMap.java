package dev.ideal4j.core.image;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps as NumPy arrays (format 1.0) of little-endian float32 with shape {@code (height, width)}. The values are
 * unchanged.
 */
public final class NpyMap {
    /** Bytes before the header: magic number, version, and the header's length. */
    private static final int START = 10;

    /** Longest header that is read; NumPy writes 118 bytes for two axes. It limits the time of the search in it. */
    private static final int LONGEST_HEADER = 512;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final Pattern SHAPE = Pattern.compile("'<f4'.*False.*\\((\\d{1,9}), (\\d{1,9})\\)");

    private NpyMap() {}

    /**
     * Writes a map atomically.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public static void write(ScoreMap map, Path file) {
        AtomicFile.write(file, out -> write(map, out));
    }

    /**
     * Writes a map to a stream.
     *
     * @param out not closed
     * @throws IOException if the stream fails
     */
    public static void write(ScoreMap map, OutputStream out) throws IOException {
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (" + map.height() + ", " + map.width() + "), }";
        int padded = (START + header.length() + 1 + 63) / 64 * 64 - START;
        ByteBuffer start = ByteBuffer.allocate(START + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).putShort((short) padded);
        start.put((header + " ".repeat(padded - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(start.array());
        ByteBuffer row = ByteBuffer.allocate(Float.BYTES * map.width()).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < map.height(); y++) {
            row.asFloatBuffer().put(map.values(), y * map.width(), map.width());
            out.write(row.array());
        }
    }

    /**
     * Reads a map from the content of a file.
     *
     * @throws FileFormatException if the content is no such map
     */
    public static ScoreMap read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean numpy = file.length >= START && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        int header = START + (numpy ? bytes.getChar(MAGIC.length) : 0);
        if (!numpy || header > Math.min(file.length, START + LONGEST_HEADER)) {
            throw unknown(file);
        }
        Matcher shape = SHAPE.matcher(new String(file, START, header - START, StandardCharsets.US_ASCII));
        if (!shape.find()) {
            throw unknown(file);
        }
        int height = Integer.parseInt(shape.group(1));
        int width = Integer.parseInt(shape.group(2));
        long size = (long) Float.BYTES * width * height;
        if (size == 0 || file.length - header != size) {
            throw unknown(file);
        }
        float[] values = new float[width * height];
        bytes.position(header)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new ScoreMap(width, height, values);
    }

    private static FileFormatException unknown(byte[] file) {
        return new FileFormatException(
                "map", file.length + " bytes of something else", "a .npy of float32 with two axes", null);
    }
}
