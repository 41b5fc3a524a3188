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
 * What a method brings to {@link Trainer}: its parameters, its losses, how they are minimised, and the detector that the
 * parameters make. The loop, checkpoints and resuming are the trainer's.
 */
public interface Learner {
    /** The loss that is minimised, in what {@link Model#losses} returns. */
    String TOTAL = "total";

    /** The backbone: frozen, or what a network that is trained as a whole starts from. */
    FeatureExtractor extractor();

    /** Where it computes. */
    default Backend backend() {
        return extractor().backend();
    }

    /** Length and seed of the training. */
    TrainingConfig config();

    /** Everything that shapes the result, by name; a resumed run must have the same. */
    default Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>(config().toMap());
        settings.putAll(extractor().identity());
        return settings;
    }

    /** Learning rates, by optimiser step. */
    LearningRate rates();

    /**
     * How gradients become steps.
     *
     * @param adam moments and decay
     * @param gradientClip largest total norm of the gradients; 0 for no clipping
     */
    record Optimisation(Updates.Adam adam, double gradientClip) {}

    /** How gradients become steps. */
    Optimisation optimisation();

    /** First epoch, from 0, whose checkpoint may be the best one. */
    default int bestFrom() {
        return 0;
    }

    /** A model in training. */
    @FunctionalInterface
    interface Model {
        /**
         * The losses of a batch.
         *
         * @param tape records; owns what is made
         * @param episodes one or more, all with the same numbers of references
         * @param step optimiser steps before, over all epochs: what else is drawn must depend on it alone
         * @return by name, {@link #TOTAL} first, each a single number
         */
        Map<String, Variable> losses(Tape tape, List<Episode> episodes, long step);
    }

    /**
     * The model with the given parameters, made or read here, under the names that checkpoints shall have.
     *
     * @param parameters without any so far
     */
    Model model(Parameters parameters);

    /**
     * The detector that parameters make, for validation; the trainer closes it.
     *
     * @param parameters of a model, by name
     */
    FewShotDetector detector(Weights parameters);
}
