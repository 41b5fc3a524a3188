package dev.ideal4j.core.image;

/**
 * A decoded file.
 *
 * @param pixels as they are stored
 * @param orientation how they lie, 1 to 8, see {@link Orientation}
 * @param pages images in the file, of which this is the first; 1 if the caller chose one
 * @param lossy whether the coding changes samples, as JPEG does
 * @param profile name of a colour profile other than sRGB, which is not applied; or null
 */
record Decoded(Pixels pixels, int orientation, int pages, boolean lossy, String profile) {
    /** The only image of a file. */
    static Decoded single(Pixels pixels, int orientation) {
        return new Decoded(pixels, orientation, 1, false, null);
    }
}
