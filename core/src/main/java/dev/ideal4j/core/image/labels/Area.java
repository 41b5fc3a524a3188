package dev.ideal4j.core.image.labels;

/** A marked part of an image. */
@FunctionalInterface
interface Area {
    /**
     * Marks the pixels.
     *
     * @throws LabelFault if the part does not fit the size of the image
     */
    void mark(Canvas canvas) throws LabelFault;
}
