package dev.ideal4j.detectors;

import java.util.Map;

/** Hears how training, or a fit, goes, on its thread. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * A training begins, or goes on.
     *
     * @param epochs in all
     * @param finished epochs that an earlier run made
     */
    default void started(int epochs, int finished) {}

    /**
     * The network has computed features of a few references, or of a few of their tiles.
     *
     * @param images or tiles whose features are known so far
     */
    default void computed(int images) {}

    /**
     * A reference, or a few of them, are about to be scored by a fit without them.
     *
     * @param done such fits before
     * @param fits in all
     */
    default void calibrating(int done, int fits) {}

    /**
     * An optimiser step was made.
     *
     * @param epoch from 0
     * @param iteration in this epoch, from 0
     * @param iterations in an epoch
     * @param learningRate of this step
     * @param losses by name, {@code total} first
     */
    default void iteration(int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {}

    /**
     * An epoch ended, and its checkpoints are on disk. That it is finished is written down after this returns: a run
     * that dies before does the epoch again, and tells of it again.
     *
     * @param epoch from 0
     * @param epochs in all
     * @param learningRate of its first iteration
     * @param meanLoss of its iterations' total losses
     * @param scores of the validation, or null without one
     * @param best whether these are the best so far
     */
    default void epoch(
            int epoch, int epochs, double learningRate, double meanLoss, Validation.Scores scores, boolean best) {}
}
