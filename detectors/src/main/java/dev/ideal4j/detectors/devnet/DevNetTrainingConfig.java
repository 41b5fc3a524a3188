package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingConfig;
import java.util.Map;

/**
 * Settings of DevNet's training.
 *
 * @param detector settings of the detector that is trained
 * @param epochs number of epochs
 * @param steps optimiser steps per epoch
 * @param batch episodes per step. Each episode gives its normal references with label 0 and its abnormal references with
 *     label 1. If an episode has one of each, a step has twice as many images, half of them normal.
 * @param learningRate learning rate of the first epochs; it falls to a tenth after every {@code rateEpochs} epochs
 * @param rateEpochs epochs between two reductions of the learning rate
 * @param weightDecay L2 penalty: the parameters times this number are added to the gradients
 * @param gradientClip largest total norm of the gradients; 0 for no clipping
 * @param loss loss that is minimised
 * @param seed seed of the scorer's initial values, the rotations and the reference samples
 */
public record DevNetTrainingConfig(
        DevNetConfig detector,
        int epochs,
        int steps,
        int batch,
        double learningRate,
        int rateEpochs,
        double weightDecay,
        double gradientClip,
        DevNetLoss loss,
        long seed)
        implements TrainingConfig {
    /** The published settings: 50 epochs of 20 steps of 24 normal and 24 abnormal images, rate 2e-4. */
    public static final DevNetTrainingConfig PUBLISHED =
            new DevNetTrainingConfig(DevNetConfig.PUBLISHED, 50, 20, 24, 2e-4, 10, 1e-5, 1, DevNetLoss.DEVIATION, 42);

    /** Checks the ranges. */
    public DevNetTrainingConfig {
        Ranges.atLeast("epochs", epochs, 1);
        Ranges.atLeast("steps an epoch", steps, 1);
        Ranges.atLeast("batch", batch, 1);
        Ranges.atLeast("epochs between cuts of the rate", rateEpochs, 1);
        Ranges.learningRate(learningRate);
        Ranges.notNegative("weight decay", weightDecay);
        Ranges.notNegative("gradient clip", gradientClip);
    }

    @Override
    public int episodes() {
        return Math.multiplyExact(steps, batch);
    }

    LearningRate rates() {
        return LearningRate.step(learningRate, 0.1, (long) rateEpochs * steps);
    }

    Learner.Optimisation optimisation() {
        return new Learner.Optimisation(new Updates.Adam(0.9, 0.999, 1e-8, weightDecay, false, false), gradientClip);
    }

    /** Returns these settings with other settings of the detector. */
    public DevNetTrainingConfig with(DevNetConfig other) {
        return new DevNetTrainingConfig(
                other, epochs, steps, batch, learningRate, rateEpochs, weightDecay, gradientClip, loss, seed);
    }

    /** Returns these settings with another length of training. */
    public DevNetTrainingConfig withLength(int epochs, int steps, int batch) {
        return new DevNetTrainingConfig(
                detector, epochs, steps, batch, learningRate, rateEpochs, weightDecay, gradientClip, loss, seed);
    }

    @Override
    public Map<String, Object> toMap() {
        return RecordSettings.toMap(this);
    }

    @Override
    public Learner learner(FeatureCache cache) {
        ResNet18Backbone start = DevNetDetector.RESNET.of(cache.extractor());
        return new DevNetLearner(with(detector.withImageSize(start.inputHeight())), start);
    }
}
