package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.Mask;

/** A labelled defect with its type and its area. Immutable. */
public final class Label {
    private final String source;
    private final String type;
    private final Area area;

    Label(String source, String type, Area area) {
        this.source = source;
        this.type = type;
        this.area = area;
    }

    /** The type of the defect, as named in the label file; empty if the file contains no types. */
    public String type() {
        return type;
    }

    /**
     * Returns the mask of the defect.
     *
     * @param width of the image in pixels
     * @param height of the image in pixels
     * @throws FileFormatException if the label does not fit an image of this size
     */
    public Mask mask(int width, int height) {
        Canvas canvas = new Canvas(width, height);
        mark(canvas);
        return new Mask(width, height, canvas.pixels);
    }

    void mark(Canvas canvas) {
        try {
            area.mark(canvas);
        } catch (LabelFault e) {
            throw e.in(source);
        }
    }
}
