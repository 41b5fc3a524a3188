package dev.ideal4j.cli;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Masks of images, paired by name.
 *
 * @param masks their files
 * @param unused those that no image had so far
 */
record PairedMasks(List<Path> masks, Set<Path> unused, ImageFiles files) {
    /** The mask of an image in its size, or null. */
    Mask of(Path file, RgbImage image) {
        return of(file, image.width(), image.height(), files::note);
    }

    /** As {@link #of(Path, RgbImage)}, of an image of the given size. The notes are given away in place of being printed. Thread-safe. */
    Mask of(Path file, int width, int height, Consumer<String> notes) {
        Path mask = ImageFiles.maskOf(file, masks);
        unused.remove(mask);
        return mask == null ? null : files.region(mask, notes).resize(width, height);
    }

    /** Prints a note for each mask that no image had. */
    void noteUnused(PrintWriter err) {
        unused.forEach(mask ->
                err.println("note: --ignore " + OneLine.of(mask.toString()) + " has no effect: no image has its name"));
    }
}
