package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.MaskLayout;
import java.util.Map;

/**
 * Settings of IDEAL's training (arXiv 2605.23231, §training).
 *
 * @param detector settings of the detector that is trained
 * @param vectors number of deviation vectors, M
 * @param epochs number of epochs
 * @param episodes episodes per epoch
 * @param batch episodes per optimiser step; the last step of an epoch may have fewer
 * @param learningRate peak learning rate
 * @param weightDecay decoupled weight decay of AdamW
 * @param schedule schedule of the learning rate
 * @param warmupEpochs epochs of linear warm-up; used by the cosine schedule only
 * @param gradientClip largest total norm of the gradients; 0 for no clipping
 * @param dropout dropout rate in the encoder
 * @param weights weights of the losses on the vectors
 * @param maskLayout which mask each attention head sees in a batch
 * @param seed seed of the initial encoder and of dropout
 */
@SuppressWarnings("exports") // Training is for this library's own modules.
public record IdealTrainingConfig(
        IdealConfig detector,
        int vectors,
        int epochs,
        int episodes,
        int batch,
        double learningRate,
        double weightDecay,
        Schedule schedule,
        int warmupEpochs,
        double gradientClip,
        float dropout,
        IdealObjective.Weights weights,
        MaskLayout maskLayout,
        long seed)
        implements TrainingConfig {
    /** The published settings: 20 epochs of 600 episodes in batches of 16, peak rate 1e-3. */
    public static final IdealTrainingConfig PUBLISHED = new IdealTrainingConfig(
            IdealConfig.PUBLISHED,
            IntrinsicDeviationEncoder.PUBLISHED_VECTORS,
            20,
            600,
            16,
            1e-3,
            1e-4,
            Schedule.COSINE,
            2,
            0,
            IntrinsicDeviationEncoder.Dropouts.PUBLISHED_RATE,
            IdealObjective.Weights.PUBLISHED,
            MaskLayout.PUBLISHED,
            17);

    /** Schedules of the learning rate. Both count iterations, as published. */
    public enum Schedule {
        /** Linear warm-up, then a cosine down to 1 % of the peak. */
        COSINE,
        /** A tenth of the rate from iteration 10 on, a hundredth from iteration 15 on. */
        MULTISTEP
    }

    /** Checks the ranges. */
    public IdealTrainingConfig {
        Ranges.atLeast("vectors", vectors, 1);
        Ranges.atLeast("epochs", epochs, 1);
        Ranges.atLeast("episodes", episodes, 1);
        Ranges.atLeast("batch", batch, 1);
        Ranges.learningRate(learningRate);
        Ranges.notNegative("weight decay", weightDecay);
        if (warmupEpochs < 0 || warmupEpochs > epochs) {
            throw new InvalidInputException("warm-up epochs", Integer.toString(warmupEpochs), "0 to " + epochs);
        }
        Ranges.notNegative("gradient clip", gradientClip);
        if (!(dropout >= 0 && dropout < 1)) {
            throw new InvalidInputException("dropout", Float.toString(dropout), "0 or more, and below 1");
        }
    }

    LearningRate rates() {
        return switch (schedule) {
            case COSINE ->
                LearningRate.warmupCosine(
                        learningRate, (long) warmupEpochs * iterations(), (long) epochs * iterations());
            case MULTISTEP -> LearningRate.multiStep(learningRate, 0.1, 10, 15);
        };
    }

    /** Returns these settings with another seed. */
    public IdealTrainingConfig withSeed(long other) {
        return with(epochs, episodes, batch, warmupEpochs, other);
    }

    /** Returns these settings with another length of training. */
    public IdealTrainingConfig withLength(int epochs, int episodes, int batch, int warmupEpochs) {
        return with(epochs, episodes, batch, warmupEpochs, seed);
    }

    private IdealTrainingConfig with(int epochs, int episodes, int batch, int warmupEpochs, long seed) {
        return new IdealTrainingConfig(
                detector,
                vectors,
                epochs,
                episodes,
                batch,
                learningRate,
                weightDecay,
                schedule,
                warmupEpochs,
                gradientClip,
                dropout,
                weights,
                maskLayout,
                seed);
    }

    @Override
    public Learner learner(FeatureCache cache) {
        return new IdealLearner(this, cache);
    }

    @Override
    public Map<String, Object> toMap() {
        return RecordSettings.toMap(this);
    }
}
