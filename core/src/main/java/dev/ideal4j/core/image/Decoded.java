package dev.ideal4j.core.image;

import org.jspecify.annotations.Nullable;

/**
 * A decoded file.
 *
 * @param pixels the pixels as stored, not rotated
 * @param orientation EXIF orientation of the pixels, 1 to 8, see {@link Orientation}
 * @param pages number of images in the file, of which this is the first; 1 if the caller chose a page
 * @param lossy whether the compression is lossy, like JPEG
 * @param profile name of a colour profile other than sRGB, which is not applied; or null
 */
record Decoded(
        Pixels pixels,
        int orientation,
        int pages,
        boolean lossy,
        @Nullable String profile) {
    /** Creates the result for a file with one image. */
    static Decoded single(Pixels pixels, int orientation) {
        return new Decoded(pixels, orientation, 1, false, null);
    }
}
