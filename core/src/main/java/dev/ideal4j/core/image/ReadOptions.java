package dev.ideal4j.core.image;

import java.util.function.Consumer;

/**
 * How an image or mask file is read.
 *
 * @param upright whether the EXIF orientation is applied, so that the image lies as a viewer shows it
 * @param notes hears one line for each thing that was decided or left out, without the name of the file: further pages of a
 *     TIFF, 12-bit samples in 16 bits, grey levels of a mask
 */
public record ReadOptions(boolean upright, Consumer<String> notes) {
    /** As Pillow reads: the orientation is not applied. Nobody hears the notes. */
    public static final ReadOptions AS_STORED = new ReadOptions(false, note -> {});

    /** Lies as a viewer shows it. Nobody hears the notes. */
    public static final ReadOptions UPRIGHT = new ReadOptions(true, note -> {});

    /** These options with another listener for the notes. */
    public ReadOptions withNotes(Consumer<String> listener) {
        return new ReadOptions(upright, listener);
    }
}
