package dev.ideal4j.spark;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.ScoreMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads maps that {@link dev.ideal4j.core.image.ImageWriter#writeNpy} wrote. */
final class NpyMap {
    private static final int START = 10;
    private static final Pattern SHAPE = Pattern.compile("'<f4'.*False.*\\((\\d{1,9}), (\\d{1,9})\\)");

    private NpyMap() {}

    /**
     * Reads a map from the content of a file.
     *
     * @throws FileFormatException if the content is no such map
     */
    static ScoreMap read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int header = file.length < START || !new String(file, 1, 5, StandardCharsets.US_ASCII).equals("NUMPY")
                ? -1
                : START + bytes.getChar(START - 2);
        if (header < 0 || header > file.length) {
            throw unknown(file);
        }
        Matcher shape = SHAPE.matcher(new String(file, START, header - START, StandardCharsets.US_ASCII));
        if (!shape.find()) {
            throw unknown(file);
        }
        int height = Integer.parseInt(shape.group(1));
        int width = Integer.parseInt(shape.group(2));
        if (file.length - header != (long) Float.BYTES * width * height) {
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
                "map",
                file.length + " bytes of something else",
                "a .npy of float32 with two axes: mapFormat 'npy'",
                null);
    }
}
