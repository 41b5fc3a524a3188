package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingConfig;
import java.util.List;
import java.util.Map;

/**
 * Settings of FDSL's training.
 *
 * @param detector settings of the detector that is trained; the training uses no windows
 * @param epochs number of epochs
 * @param episodes episodes per epoch; each is a query with the normal references it is compared with
 * @param batch episodes per optimiser step
 * @param learningRate constant learning rate
 * @param mosaicRate probability that a query is replaced by a mosaic of four images of its episode
 * @param seed seed of the initial values and the mosaics
 */
public record FdslTrainingConfig(
        FdslConfig detector, int epochs, int episodes, int batch, double learningRate, double mosaicRate, long seed)
        implements TrainingConfig {
    /** The settings with which the published scripts train on MVTec AD, whose test part has 1725 images. */
    public static final FdslTrainingConfig PUBLISHED =
            new FdslTrainingConfig(FdslConfig.PUBLISHED, 5, 1725, 8, 1e-3, 0.3, 111);

    /**
     * After this number of steps, the initial value 1 of the running variances has the weight 0.9¹⁰⁰, which is less than the
     * variances of differences of normalised features, 1 to 3·10⁻⁴.
     */
    private static final int LEAST_STEPS = 100;

    /** Checks the ranges. */
    public FdslTrainingConfig {
        Ranges.atLeast("epochs", epochs, 1);
        Ranges.atLeast("episodes", episodes, 1);
        Ranges.atLeast("batch", batch, 1);
        Ranges.learningRate(learningRate);
        Ranges.share("mosaic rate", mosaicRate);
    }

    /** Warns if there are too few steps for the running statistics of batch normalisation, which detection uses. */
    @Override
    public List<String> warnings() {
        long steps = (long) epochs * iterations();
        return steps >= LEAST_STEPS
                ? List.of()
                : List.of(steps
                        + " optimiser steps are too few: detection uses running statistics that start at 1 and keep 0.9 "
                        + "of it a step, and answers at random until these are forgotten; expected " + LEAST_STEPS
                        + " or more (epochs × episodes / batch)");
    }

    @Override
    public Map<String, Object> toMap() {
        return RecordSettings.toMap(this);
    }

    @Override
    public Learner learner(FeatureCache cache) {
        return new FdslLearner(this, cache);
    }
}
