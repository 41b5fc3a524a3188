package dev.ideal4j.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads PNG. This class checks the chunks and copies those that the samples need (IHDR, PLTE of a palette image, IDAT,
 * IEND), and the JDK decodes the copy. The orientation is read from eXIf and the name of the colour profile from iCCP.
 * Text, gamma and transparency are not used. Errors or decompression bombs in such chunks therefore have no effect.
 */
final class PngFile {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int EXIF = 0x65584966;
    private static final int ICCP = 0x69434350;
    /** Position of the interlace method in a file. */
    private static final int INTERLACE = 28;

    /** Maximum number of profile bytes that are decompressed. Some printer profiles are longer. */
    private static final int MOST_PROFILE = 1 << 22;

    private static final int TRUE_COLOUR = 2;
    private static final int PALETTE = 3;

    private PngFile() {}

    static boolean matches(byte[] file) {
        return file.length >= 8 && ByteBuffer.wrap(file).getLong() == SIGNATURE;
    }

    static Decoded decode(byte[] file, boolean inBands) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(file, 8, file.length - 8);
        ByteArrayOutputStream essentials = new ByteArrayOutputStream(file.length);
        essentials.write(file, 0, 8);
        int colourType = -1;
        long compressed = 0;
        int orientation = Orientation.UPRIGHT;
        String profile = null;
        for (int type = 0; type != IEND; ) {
            int begin = from.position();
            if (from.remaining() < 12) {
                throw new ImageFault("the end of the file at byte " + begin, "another chunk of the PNG");
            }
            int length = from.getInt();
            type = from.getInt();
            if (length < 0 || length > from.remaining() - 4) {
                throw new ImageFault(
                        "chunk " + name(type) + " of " + Integer.toUnsignedString(length) + " bytes",
                        "at most the " + (from.remaining() - 4) + " bytes that follow");
            }
            if ((type == IHDR) != (colourType == -1)) {
                throw new ImageFault("chunk " + name(type), "IHDR, once and first");
            }
            if (isCritical(type)) {
                checkCrc(file, begin + 4, length + 4);
                switch (type) {
                    case IHDR -> colourType = checkHeader(from.slice(), length, file.length);
                    case PLTE, IEND -> {}
                    case IDAT -> compressed += length;
                    default -> throw new ImageFault("critical chunk " + name(type), "IHDR, PLTE, IDAT or IEND");
                }
                if (type != PLTE || colourType == PALETTE) {
                    essentials.write(file, begin, length + 12);
                }
            }
            if (type == ICCP) {
                profile = profile(file, begin + 8, length);
            }
            if (type == EXIF) {
                orientation = Orientation.of(ByteBuffer.wrap(file, begin + 8, length));
            }
            from.position(begin + length + 12);
        }
        if (compressed == 0) {
            throw new ImageFault("no IDAT chunk", "the samples of the PNG");
        }
        byte[] samples = essentials.toByteArray();
        ByteBuffer header = ByteBuffer.wrap(samples, 16, 13);
        Pixels pixels = BandPixels.of(
                header.getInt(),
                header.getInt(),
                inBands && samples[INTERLACE] == 0,
                false,
                part -> RasterPixels.read(JdkReaders.PNG.create(), samples, 0, part));
        return new Decoded(pixels, orientation, 1, false, profile);
    }

    /** Checks the 13 bytes of IHDR and returns the colour type. */
    private static int checkHeader(ByteBuffer header, int length, long fileLength) throws ImageFault {
        if (length != 13) {
            throw new ImageFault("IHDR of " + length + " bytes", "13 bytes");
        }
        long width = Integer.toUnsignedLong(header.getInt());
        long height = Integer.toUnsignedLong(header.getInt());
        int depth = header.get();
        int colourType = header.get();
        int samples =
                switch (colourType) {
                    case 0, PALETTE -> 1;
                    case 4 -> 2;
                    case TRUE_COLOUR -> 3;
                    case 6 -> 4;
                    default -> throw new ImageFault("colour type " + colourType, "0, 2, 3, 4 or 6");
                };
        boolean depthFits = depth == 8
                || depth == 16 && colourType != PALETTE
                || (depth == 1 || depth == 2 || depth == 4) && samples == 1;
        if (!depthFits) {
            throw new ImageFault("colour type " + colourType + " of " + depth + " bits", "a depth that PNG allows");
        }
        SizeLimit.check(width, height, (long) depth * samples, fileLength * SizeLimit.DEFLATE_RATIO);
        return colourType;
    }

    /**
     * Returns the name of a compressed profile; null for sRGB. The name inside the profile is used, because the name
     * before it is arbitrary. Pillow writes "ICC Profile", for example.
     */
    private static @Nullable String profile(byte[] file, int begin, int length) {
        int end = begin;
        while (end < begin + Math.min(80, length) && file[end] != 0) {
            end++;
        }
        String name = new String(file, begin, end - begin, StandardCharsets.ISO_8859_1).replaceAll("\\p{Cntrl}", "");
        if (name.contains("sRGB")) {
            return null;
        }
        Inflater inflater = new Inflater();
        try {
            int from = Math.min(end + 2, begin + length); // skips a zero and the compression method
            inflater.setInput(file, from, begin + length - from);
            byte[] profile = new byte[MOST_PROFILE];
            int inflated = inflater.inflate(profile);
            String described = ColourProfile.name(profile, 0, inflated);
            return ColourProfile.DAMAGED.equals(described) ? name : described;
        } catch (DataFormatException e) {
            return name;
        } finally {
            inflater.end();
        }
    }

    private static void checkCrc(byte[] file, int offset, int length) throws ImageFault {
        CRC32 crc = new CRC32();
        crc.update(file, offset, length);
        if ((int) crc.getValue() != ByteBuffer.wrap(file).getInt(offset + length)) {
            throw new ImageFault(
                    "a wrong checksum in chunk " + name(ByteBuffer.wrap(file).getInt(offset)) + " at byte "
                            + (offset - 4),
                    "undamaged content");
        }
    }

    /** Whether a decoder must not skip the chunk. The first letter of the name of such a chunk is upper case. */
    private static boolean isCritical(int type) {
        return (type >>> 29 & 1) == 0;
    }

    private static String name(int type) {
        byte[] letters = ByteBuffer.allocate(4).putInt(type).array();
        for (byte letter : letters) {
            if (letter < ' ' || letter > '~') {
                return "0x" + Integer.toHexString(type);
            }
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }
}
