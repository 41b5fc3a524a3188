package dev.ideal4j.core.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads BMP. This class checks the header, and the JDK decodes the samples. */
final class BmpFile {
    private static final int FILE_HEADER = 14;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;

    private BmpFile() {}

    static boolean matches(byte[] file) {
        return file.length >= 2 && file[0] == 'B' && file[1] == 'M';
    }

    static Decoded decode(byte[] file, boolean inBands) throws IOException {
        if (file.length < FILE_HEADER + 12) {
            throw new ImageFault(file.length + " bytes", "a complete BMP header");
        }
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerSize = header.getInt(FILE_HEADER);
        int width = headerSize == 12 ? header.getShort(18) & 0xFFFF : header.getInt(18);
        int height = headerSize == 12 ? header.getShort(20) & 0xFFFF : Math.abs(header.getInt(22));
        boolean runs = false;
        if (headerSize == 12) {
            check(file, header.getShort(18) & 0xFFFF, header.getShort(20) & 0xFFFF, header.getShort(24), 0);
        } else if (headerSize >= 40 && headerSize <= file.length - FILE_HEADER) {
            int compression = header.getInt(30);
            check(file, header.getInt(18), Math.abs((long) header.getInt(22)), header.getShort(28), compression);
            runs = compression == RLE8 || compression == RLE4;
            if (runs) {
                checkLength("size of the file", header.getInt(2), file);
                checkLength("size of the samples", header.getInt(34), file);
            }
        } else {
            throw new ImageFault(
                    "a BMP header of " + Integer.toUnsignedString(headerSize) + " bytes",
                    "12, or 40 and more that the file holds");
        }
        Pixels pixels = BandPixels.of(
                width,
                height,
                inBands && !runs,
                true,
                part -> RasterPixels.read(JdkReaders.BMP.create(), file, 0, part));
        return Decoded.single(pixels, Orientation.UPRIGHT);
    }

    private static void check(byte[] file, long width, long height, int bits, int compression) throws ImageFault {
        switch (bits) {
            case 1, 4, 8, 16, 24, 32 -> {}
            default -> throw new ImageFault(bits + " bits a pixel in the BMP", "1, 4, 8, 16, 24 or 32");
        }
        boolean runs = compression == RLE8 || compression == RLE4;
        if (!runs && compression != 0 && compression != BIT_FIELDS) {
            throw new ImageFault("BMP compression " + Integer.toUnsignedString(compression), "0, 1, 2 or 3");
        }
        // A run-length coded BMP may skip to its end immediately, so the file length does not limit its size.
        SizeLimit.check(width, height, bits, runs ? Long.MAX_VALUE : file.length);
    }

    /** Checks a field that determines an allocation of the decoder. */
    private static void checkLength(String what, int declared, byte[] file) throws ImageFault {
        if (Integer.compareUnsigned(declared, file.length) > 0) {
            throw new ImageFault(
                    "a " + what + " of " + Integer.toUnsignedString(declared) + " bytes",
                    "at most the file's " + file.length);
        }
    }
}
