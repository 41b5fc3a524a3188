package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import java.util.List;

/**
 * The labels of an image.
 *
 * @param source the file of the labels, for messages
 * @param image name of the image in the label file; empty if the name of the label file is that of the image
 * @param width of the image in pixels according to the file; 0 if the file does not contain it
 * @param height of the image in pixels according to the file; 0 if the file does not contain it
 * @param labels the defects; empty if the image is normal
 */
public record ImageLabels(String source, String image, int width, int height, List<Label> labels) {
    /** Copies the list. */
    public ImageLabels {
        labels = List.copyOf(labels);
    }

    /** The distinct types of the defects, in the order of the labels. */
    public List<String> types() {
        return labels.stream().map(Label::type).distinct().toList();
    }

    /**
     * Returns the mask of all defects.
     *
     * @param width of the image in pixels
     * @param height of the image in pixels
     * @throws InvalidInputException if the labels belong to an image of another size
     * @throws FileFormatException if a label is damaged
     */
    public Mask mask(int width, int height) {
        checkSize(width, height);
        Canvas canvas = new Canvas(width, height);
        labels.forEach(label -> label.mark(canvas));
        return new Mask(width, height, canvas.pixels);
    }

    private void checkSize(int ofWidth, int ofHeight) {
        if (width > 0 && (width != ofWidth || height != ofHeight)) {
            boolean swapped = width == ofHeight && height == ofWidth;
            throw new InvalidInputException(
                    "labels in " + source + (image.isEmpty() ? "" : " of " + image),
                    width + "×" + height,
                    ofWidth + "×" + ofHeight + ", the size of the image"
                            + (swapped
                                    ? "; width and height are swapped: does the image have an EXIF orientation?"
                                    : ""));
        }
    }
}
