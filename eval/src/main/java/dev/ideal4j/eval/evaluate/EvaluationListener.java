package dev.ideal4j.eval.evaluate;

import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.eval.episodes.Task;

/**
 * Receives the progress of an evaluation. The thread that writes results calls {@link #advanced} and {@link #skipped}. The
 * thread that runs the evaluation calls the other methods.
 */
public interface EvaluationListener {
    /** A listener that does nothing. */
    EvaluationListener NONE = new EvaluationListener() {};

    /**
     * Called before the first image is scored.
     *
     * @param images number of all images
     * @param done number of images that an earlier run has scored
     */
    default void started(long images, long done) {}

    /** Called before a product's references are read. */
    default void product(long seed, Task task) {}

    /** The listener of a training, for a method that trains when it is fitted to a product. */
    default TrainingListener training() {
        return TrainingListener.NONE;
    }

    /**
     * Called when tiles of an image have been scored, if the detector cuts images into tiles.
     *
     * @param done number of the image's tiles scored so far
     * @param all number of tiles of the image
     */
    default void tiles(int done, int all) {}

    /** Called after a number of images were scored or left out. */
    default void advanced(int images) {}

    /** Called when an image is left out because it cannot be read. */
    default void skipped(SkippedImage image) {}

    /** Called with a line that a reader of the results should know. */
    default void note(String note) {}

    /**
     * Called when the images of a product have been scored.
     *
     * @param scorer the detector that was fitted to the product; closed after this call
     */
    default void scored(String product, Scorer scorer) {}

    /** Called after a product's metrics were computed. */
    default void finished(ProductResult result) {}
}
