package dev.ideal4j.detectors;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Listens to the progress of a training or a fit, on the thread that trains or fits. */
public interface TrainingListener {
    /** Ignores all events. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * Called when a training begins or is resumed.
     *
     * @param epochs number of all epochs
     * @param finished number of epochs that an earlier run finished
     */
    default void started(int epochs, int finished) {}

    /**
     * Called when the network has computed features of a few references, or of a few of their tiles.
     *
     * @param images number of images or tiles whose features are known so far
     */
    default void computed(int images) {}

    /**
     * Called before one or more references are scored by a fit without them.
     *
     * @param done number of such fits so far
     * @param fits number of all such fits
     */
    default void calibrating(int done, int fits) {}

    /**
     * Called after each optimiser step.
     *
     * @param epoch number of the epoch, from 0
     * @param iteration number of the step in this epoch, from 0
     * @param iterations number of steps per epoch
     * @param learningRate learning rate of this step
     * @param losses losses by name, {@code total} first
     */
    default void iteration(int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {}

    /**
     * Called at the end of an epoch, when its checkpoints are on disk. The epoch is recorded as finished after this method
     * returns. If the process ends before, a resumed run repeats the epoch and calls this method again.
     *
     * @param epoch number of the epoch, from 0
     * @param epochs number of all epochs
     * @param learningRate learning rate of the first step of this epoch
     * @param meanLoss mean of the total losses of the epoch's steps
     * @param scores scores of the validation, or null without validation
     * @param best whether the checkpoint of this epoch is the best so far
     */
    default void epoch(
            int epoch,
            int epochs,
            double learningRate,
            double meanLoss,
            Validation.@Nullable Scores scores,
            boolean best) {}
}
