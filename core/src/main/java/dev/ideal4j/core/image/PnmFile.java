package dev.ideal4j.core.image;

import java.nio.charset.StandardCharsets;

/**
 * Reads PBM, PGM and PPM, as text and binary, of up to 16 bits. The maximum value in the header becomes white. If this
 * value is at most 255, samples are scaled to 8 bits, otherwise to 16 bits.
 */
final class PnmFile implements Pixels {
    private static final int BITMAP = 1;
    private static final int COLOUR = 3;

    private final byte[] file;
    private final boolean binary;
    private final int kind;
    private final int width;
    private final int height;
    private final int largest;
    private int position = 2;

    private PnmFile(byte[] file) throws ImageFault {
        this.file = file;
        int number = file[1] - '0';
        this.binary = number > 3;
        this.kind = binary ? number - 3 : number;
        this.width = number();
        this.height = number();
        this.largest = kind == BITMAP ? 1 : number();
        if (largest < 1 || largest > 0xFFFF) {
            throw new ImageFault("a largest sample of " + largest, "1 to 65535");
        }
        position++; // one blank ends the header
        int channels = kind == COLOUR ? 3 : 1;
        int bits = binary && kind != BITMAP ? (largest > 0xFF ? 16 : 8) * channels : binary ? 1 : 8 * channels;
        SizeLimit.check(width, height, bits, Math.max(0, file.length - position));
        if (binary && kind == BITMAP && (width + 7L) / 8 * height > file.length - position) {
            throw new ImageFault(file.length + " bytes", "all rows of the PBM");
        }
    }

    static boolean matches(byte[] file) {
        return file.length > 2 && file[0] == 'P' && file[1] >= '1' && file[1] <= '6' && isBlank(file[2]);
    }

    static Decoded decode(byte[] file) throws ImageFault {
        PnmFile pixels = new PnmFile(file);
        return Decoded.single(pixels.binary ? pixels : pixels.parsed(), Orientation.UPRIGHT);
    }

    /** Converts a text file to a binary image, so that the whole text is checked before a row is read. */
    private PnmFile parsed() throws ImageFault {
        int count = Math.multiplyExact(Math.multiplyExact(width, height), kind == COLOUR ? 3 : 1);
        // The result is a 16-bit PGM or PPM. A PBM is inverted, because 1 is black there.
        String header = "P" + (kind == COLOUR ? 6 : 5) + " " + width + " " + height + " 65535 ";
        byte[] start = header.getBytes(StandardCharsets.US_ASCII);
        byte[] converted = new byte[start.length + 2 * count];
        System.arraycopy(start, 0, converted, 0, start.length);
        position--;
        for (int i = 0; i < count; i++) {
            int sample = kind == BITMAP ? bit() : number();
            if (sample > largest) {
                throw new ImageFault("a sample of " + sample, "at most " + largest);
            }
            int scaled = scaled(kind == BITMAP ? 1 - sample : sample, 0xFFFF);
            converted[start.length + 2 * i] = (byte) (scaled >> 8);
            converted[start.length + 2 * i + 1] = (byte) scaled;
        }
        return new PnmFile(converted);
    }

    private int bit() throws ImageFault {
        skipBlanks();
        if (position >= file.length || file[position] != '0' && file[position] != '1') {
            throw new ImageFault("no 0 or 1 at byte " + position, "a sample of the PBM");
        }
        return file[position++] - '0';
    }

    private int number() throws ImageFault {
        skipBlanks();
        int begin = position;
        long number = 0;
        while (position < file.length && file[position] >= '0' && file[position] <= '9' && position - begin < 9) {
            number = 10 * number + file[position++] - '0';
        }
        if (position == begin) {
            throw new ImageFault("no number at byte " + position, "a number of the PBM, PGM or PPM");
        }
        return (int) number;
    }

    /** Skips blanks, and comments from # to the end of the line. */
    private void skipBlanks() {
        while (position < file.length && (isBlank(file[position]) || file[position] == '#')) {
            boolean comment = file[position++] == '#';
            while (comment && position < file.length && file[position] != '\n') {
                position++;
            }
        }
    }

    private static boolean isBlank(byte letter) {
        return letter == ' ' || letter >= '\t' && letter <= '\r';
    }

    private int scaled(int sample, int most) {
        return largest == most ? sample : (int) ((long) Math.min(sample, largest) * most * 2 / largest + 1) / 2;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int bits() {
        return largest > 0xFF ? 16 : 8;
    }

    @Override
    public void row(int y, int[] rgb) {
        int most = largest > 0xFF ? 0xFFFF : 0xFF;
        int each = largest > 0xFF ? 2 : 1;
        for (int i = 0; i < 3 * width; i++) {
            if (kind == BITMAP) {
                int at = position + y * ((width + 7) / 8) + i / 3 / 8;
                rgb[i] = (file[at] >> 7 - i / 3 % 8 & 1) == 0 ? 255 : 0;
                continue;
            }
            int at = position + each * (kind == COLOUR ? y * 3 * width + i : y * width + i / 3);
            int sample = each == 1 ? file[at] & 0xFF : (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
            rgb[i] = scaled(sample, most);
        }
    }
}
