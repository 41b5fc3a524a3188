package dev.ideal4j.core.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The EXIF orientation, 1 to 8. It tells how a stored image is rotated and mirrored to be upright. */
final class Orientation {
    /** The tag in EXIF and in TIFF. */
    static final int TAG = 0x0112;

    static final int UPRIGHT = 1;

    private static final int SHORT = 3;

    private Orientation() {}

    /**
     * Reads the orientation from EXIF data.
     *
     * @param exif EXIF data that begins with a TIFF header; damaged data counts as upright
     */
    static int of(ByteBuffer exif) {
        ByteBuffer data = exif.slice();
        if (data.remaining() < 8) {
            return UPRIGHT;
        }
        data.order(data.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = Integer.toUnsignedLong(data.getInt(4));
        if (directory > data.limit() - 2) {
            return UPRIGHT;
        }
        int entries = data.getShort((int) directory) & 0xFFFF;
        for (int i = 0, at = (int) directory + 2; i < entries && at <= data.limit() - 12; i++, at += 12) {
            if ((data.getShort(at) & 0xFFFF) == TAG && data.getShort(at + 2) == SHORT) {
                return valid(data.getShort(at + 8));
            }
        }
        return UPRIGHT;
    }

    /** Returns the value if it is a valid orientation, otherwise upright. */
    static int valid(long value) {
        return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
    }

    /** Whether width and height are swapped. */
    static boolean swapsSides(int orientation) {
        return orientation >= 5;
    }

    /**
     * Returns the index in the stored image of a pixel of the upright image.
     *
     * @param x column in the upright image
     * @param y row in the upright image
     * @param width of the stored image
     * @param height of the stored image
     */
    static int source(int orientation, int x, int y, int width, int height) {
        boolean swapped = swapsSides(orientation);
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        return (fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column);
    }
}
