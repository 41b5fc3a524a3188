package dev.ideal4j.core.image.labels;

/** A labelled area of an image. */
@FunctionalInterface
interface Area {
    /**
     * Marks the pixels.
     *
     * @throws LabelFault if the area does not fit the size of the image
     */
    void mark(Canvas canvas) throws LabelFault;
}
