package dev.ideal4j.eval.evaluate;

import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.eval.episodes.Task;

/** Is told how an evaluation goes on; called from one thread. */
public interface EvaluationListener {
    /** One that does not care. */
    EvaluationListener NONE = new EvaluationListener() {};

    /**
     * Before anything is scored.
     *
     * @param pictures how many there are in all
     * @param done how many of them an earlier run has scored
     */
    default void started(long pictures, long done) {}

    /** Before a product's references are read. */
    default void product(long seed, Task task) {}

    /** What hears of the training, where a method trains when it is fitted to a product. */
    default TrainingListener training() {
        return TrainingListener.NONE;
    }

    /** After pictures were scored or left out. */
    default void advanced(int pictures) {}

    /** A picture is left out because it cannot be read. */
    default void skipped(SkippedImage image) {}

    /** Something that a reader of the results should know, in a line. */
    default void note(String note) {}

    /** After a product's metrics were computed. */
    default void finished(ProductResult result) {}
}
