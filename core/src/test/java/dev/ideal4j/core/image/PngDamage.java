package dev.ideal4j.core.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** PNG files whose chunks are in order, and whose samples are not. */
final class PngDamage {
    private PngDamage() {}

    /**
     * An RGB image of zeros with one row of a filter that there is not.
     *
     * @param header a PNG of the same size and kind, whose signature and first chunk are taken
     */
    static byte[] withFilter(byte[] header, int width, int height, int row, int filter) throws IOException {
        byte[] samples = new byte[(3 * width + 1) * height];
        samples[row * (3 * width + 1)] = (byte) filter;
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(samples);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Arrays.copyOf(header, 33));
        chunk(file, "IDAT", deflated.toByteArray());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] content) throws IOException {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes())
                .put(content)
                .array();
        CRC32 crc = new CRC32();
        crc.update(named);
        DataOutputStream out = new DataOutputStream(file);
        out.writeInt(content.length);
        out.write(named);
        out.writeInt((int) crc.getValue());
    }
}
