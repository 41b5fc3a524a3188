package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.labels.Labels;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads the images and masks that a user names. Prints a note for each decision and each file left out. */
final class ImageFiles {
    /** What may follow the image's name in the name of its mask. */
    private static final String SUFFIX = "([_.-]?(mask|gt|label|ignore))?";

    private final PrintWriter err;
    private final ReadOptions reading;

    /**
     * @param err gets the notes
     */
    ImageFiles(PrintWriter err) {
        this(err, ReadOptions.UPRIGHT);
    }

    /**
     * @param err gets the notes
     * @param reading how images and masks are read
     */
    ImageFiles(PrintWriter err, ReadOptions reading) {
        this.err = err;
        this.reading = reading;
    }

    /** The images that the arguments name; see {@link ImagePaths#expand(List)}. */
    List<Path> expand(List<String> arguments) {
        return ImagePaths.expand(arguments, this::note);
    }

    /** Prints a note. */
    void note(String note) {
        err.println("note: " + OneLine.of(note));
    }

    private ReadOptions options(Path file, Consumer<String> notes) {
        return reading.withNotes(note -> notes.accept(file + ": " + note));
    }

    /** Reads an image. */
    RgbImage image(Path file) {
        return image(file, this::note);
    }

    /** Reads an image. The notes are given away in place of being printed. */
    RgbImage image(Path file, Consumer<String> notes) {
        return ImageReader.read(file, options(file, notes));
    }

    /** Opens an image to read it row by row. The notes are given away in place of being printed. */
    RgbImage.Rows rows(Path file, Consumer<String> notes) {
        return ImageReader.open(file, options(file, notes));
    }

    /**
     * The mask of an image.
     *
     * @throws InvalidInputException if mask and image differ in size
     */
    Mask mask(Path file, Path imageFile, RgbImage image) {
        Mask mask = MaskReader.readDrawn(file, options(file, this::note));
        if (mask.width() != image.width() || mask.height() != image.height()) {
            boolean swapped = mask.width() == image.height() && mask.height() == image.width();
            throw new InvalidInputException(
                    "mask " + file,
                    mask.width() + "×" + mask.height(),
                    image.width() + "×" + image.height() + ", the size of " + imageFile
                            + (swapped ? ": do they differ in their EXIF orientation? (--exif)" : ""));
        }
        return mask;
    }

    /** Reads labels; see {@link Labels#read}. */
    Labels labels(Path path) {
        return Labels.read(path, reading.withNotes(this::note));
    }

    /**
     * The mask of an image from labels.
     *
     * @param source where the labels are from
     * @throws InvalidInputException if the image has no labels, or they are of an image of another size
     */
    Mask mask(Labels labels, Path source, Path imageFile, RgbImage image) {
        return labels.of(imageFile)
                .orElseThrow(() -> new InvalidInputException(
                        "--labels " + source, "nothing for " + imageFile, "labels named as the image"))
                .mask(image.width(), image.height());
    }

    /**
     * Puts masks in the order of their images. They are paired by name if each image has one mask of its name, with or without
     * an ending such as {@code _mask}. Otherwise they stay in the given order, and a note says so.
     */
    List<Path> paired(List<Path> images, List<Path> masks) {
        List<Path> paired = new ArrayList<>();
        Set<Path> left = new TreeSet<>(masks);
        for (Path image : images) {
            List<Path> candidates = left.stream()
                    .filter(mask -> stem(mask).matches(Pattern.quote(stem(image)) + SUFFIX))
                    .toList();
            if (candidates.size() != 1) {
                if (images.size() > 1) {
                    note("masks are paired with images in the given order, because their names do not match: "
                            + images.get(0).getFileName() + " has "
                            + masks.get(0).getFileName());
                }
                return masks;
            }
            paired.add(candidates.get(0));
            left.remove(candidates.get(0));
        }
        return paired;
    }

    /** A region of interest: pixels that are not black. */
    Mask region(Path file) {
        return region(file, this::note);
    }

    /** As {@link #region(Path)}. The notes are given away in place of being printed. */
    Mask region(Path file, Consumer<String> notes) {
        return MaskReader.readDrawn(file, options(file, notes));
    }

    /**
     * The mask among some that belongs to an image by its name, as in {@link #paired}.
     *
     * @return null if there is none
     */
    static Path maskOf(Path image, List<Path> masks) {
        return masks.stream()
                .filter(mask -> stem(mask).matches(Pattern.quote(stem(image)) + SUFFIX))
                .findFirst()
                .orElse(null);
    }

    static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }
}
