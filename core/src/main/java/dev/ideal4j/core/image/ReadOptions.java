package dev.ideal4j.core.image;

import java.util.function.Consumer;

/**
 * How an image or mask file is read.
 *
 * @param upright whether the EXIF orientation is applied, so that the image lies as a viewer shows it
 * @param levels the samples that become black and white in deep images; null for the whole range of the type, of which only
 *     unsigned samples of up to 16 bits have one
 * @param notes hears one line for each thing that was decided or left out, without the name of the file: further pages of a
 *     TIFF, 12-bit samples in 16 bits, a colour profile, grey levels of a mask
 */
public record ReadOptions(boolean upright, Levels levels, Consumer<String> notes) {
    /** As Pillow reads: the orientation is not applied. Nobody hears the notes. */
    public static final ReadOptions AS_STORED = new ReadOptions(false, null, note -> {});

    /** Lies as a viewer shows it. Nobody hears the notes. */
    public static final ReadOptions UPRIGHT = AS_STORED.withUpright(true);

    /** These options with or without the orientation. */
    public ReadOptions withUpright(boolean turned) {
        return new ReadOptions(turned, levels, notes);
    }

    /** These options with other levels, or null for the whole range. */
    public ReadOptions withLevels(Levels range) {
        return new ReadOptions(upright, range, notes);
    }

    /** These options with another listener for the notes. */
    public ReadOptions withNotes(Consumer<String> listener) {
        return new ReadOptions(upright, levels, listener);
    }
}
