package dev.ideal4j.core.image;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options for reading an image or mask file.
 *
 * @param upright whether the EXIF orientation is applied, so that the image is upright like in an image viewer
 * @param levels the samples that become black and white in deep images; null for the whole range of the sample type,
 *     which is allowed only for unsigned samples of up to 16 bits
 * @param notes receives one line, without the file name, for each decision or omission: further pages of a TIFF, 12-bit
 *     samples in 16 bits, a colour profile, grey levels of a mask
 */
public record ReadOptions(boolean upright, @Nullable Levels levels, Consumer<String> notes) {
    /** Reads like Pillow: the EXIF orientation is not applied. Notes are ignored. */
    public static final ReadOptions AS_STORED = new ReadOptions(false, null, note -> {});

    /** Applies the EXIF orientation. Notes are ignored. */
    public static final ReadOptions UPRIGHT = AS_STORED.withUpright(true);

    /** Returns a copy of these options with the EXIF orientation turned on or off. */
    public ReadOptions withUpright(boolean turned) {
        return new ReadOptions(turned, levels, notes);
    }

    /** Returns a copy of these options with other levels, or null for the whole range. */
    public ReadOptions withLevels(@Nullable Levels range) {
        return new ReadOptions(upright, range, notes);
    }

    /** Returns a copy of these options with another listener for the notes. */
    public ReadOptions withNotes(Consumer<String> listener) {
        return new ReadOptions(upright, levels, listener);
    }
}
