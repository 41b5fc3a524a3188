package dev.ideal4j.core.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads GIF. This class finds the first frame and checks its size, and the JDK decodes the samples. */
final class GifFile {
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;

    /**
     * Maximum number of decoded bytes per byte. An LZW code stands for at most as many bytes as its table has entries.
     */
    private static final long LZW_RATIO = 4096;

    private GifFile() {}

    static boolean matches(byte[] file) {
        return file.length >= 6 && file[0] == 'G' && file[1] == 'I' && file[2] == 'F' && file[3] == '8';
    }

    static Decoded decode(byte[] file) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = 13 + (file.length > 10 ? colours(file[10]) : 0);
        while (at < file.length && file[at] == EXTENSION) {
            at += 2;
            while (at < file.length && file[at] != 0) {
                at += 1 + (file[at] & 0xFF);
            }
            at++;
        }
        if (at > file.length - 11 || file[at] != FRAME) {
            throw new ImageFault("no frame in the GIF", "one");
        }
        int width = data.getShort(at + 5) & 0xFFFF;
        int height = data.getShort(at + 7) & 0xFFFF;
        SizeLimit.check(width, height, 8, file.length * LZW_RATIO);
        if (width != (data.getShort(6) & 0xFFFF) || height != (data.getShort(8) & 0xFFFF)) {
            throw new ImageFault("a GIF whose first frame is a part of the image", "a first frame that fills it");
        }
        checkBlocks(file, at + 10 + colours(file[at + 9]) + 1);
        return Decoded.single(RasterPixels.read(JdkReaders.GIF, file), Orientation.UPRIGHT);
    }

    /** Checks that the blocks of a frame are complete. The JDK reads missing samples as zeros. */
    private static void checkBlocks(byte[] file, int begin) throws ImageFault {
        int at = begin;
        while (at < file.length && file[at] != 0) {
            at += 1 + (file[at] & 0xFF);
        }
        if (at >= file.length) {
            throw new ImageFault("the end of the file at byte " + file.length, "the end of the GIF's first frame");
        }
    }

    /** Returns the length of a colour table in bytes. */
    private static int colours(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }
}
