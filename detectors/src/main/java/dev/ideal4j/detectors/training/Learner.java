package dev.ideal4j.detectors.training;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.FewShotDetector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a training that depends on the method: parameters, losses, optimiser settings, and the detector with the
 * trained parameters. {@link Trainer} runs the loop, writes checkpoints and resumes.
 */
public interface Learner {
    /** Name of the loss that is minimised, in the result of {@link Model#losses}. */
    String TOTAL = "total";

    /** The backbone. It is frozen, or provides the initial weights of a network that is trained as a whole. */
    FeatureExtractor extractor();

    /** The backend on which the training runs. */
    default Backend backend() {
        return extractor().backend();
    }

    /** Settings of the training. */
    TrainingConfig config();

    /** All settings that affect the result, by name. A resumed run must have the same settings. */
    default Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>(config().toMap());
        settings.putAll(extractor().identity());
        return settings;
    }

    /** The schedule of the learning rate, by optimiser step. */
    LearningRate rates();

    /**
     * Settings of the optimiser.
     *
     * @param adam settings of Adam, including the weight decay
     * @param gradientClip largest total norm of the gradients; 0 for no clipping
     */
    record Optimisation(Updates.Adam adam, double gradientClip) {}

    /** Settings of the optimiser. */
    Optimisation optimisation();

    /** First epoch, from 0, whose checkpoint may be the best one. */
    default int bestFrom() {
        return 0;
    }

    /** Computes the losses of a model in training. */
    @FunctionalInterface
    interface Model {
        /**
         * Computes the losses of a batch.
         *
         * @param tape records the computation; owns the tensors of this call
         * @param episodes one or more, all with the same numbers of references
         * @param step number of optimiser steps so far, over all epochs; random draws must depend on this number alone
         * @return losses by name, {@link #TOTAL} first, each a single number
         */
        Map<String, Variable> losses(Tape tape, List<Episode> episodes, long step);
    }

    /**
     * Creates the model. Its parameters are created or read in {@code parameters} under the names that checkpoints have.
     *
     * @param parameters holds the values of a resumed run, or fresh ones; no parameter has been requested so far
     */
    Model model(Parameters parameters);

    /**
     * The detector with given parameters, for validation. The trainer closes the detector.
     *
     * @param parameters parameters of a model, by name
     */
    FewShotDetector detector(Weights parameters);
}
