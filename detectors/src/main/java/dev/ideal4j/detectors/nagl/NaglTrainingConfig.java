package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.ide.MaskLayout;
import java.util.Map;

/**
 * Settings of NAGL's training (arXiv 2510.00495).
 *
 * @param detector settings of the detector that is trained
 * @param proxies number of proxies, P
 * @param epochs number of epochs; the learning rate falls to a tenth after the tenth and again after the fifteenth
 * @param episodes episodes per epoch
 * @param batch episodes per optimiser step; the last step of an epoch may have fewer
 * @param learningRate learning rate of the first epochs
 * @param weightDecay decoupled weight decay of AdamW
 * @param topPatches number of highest patch scores whose mean is the image score in the loss
 * @param maskLayout which mask each attention head sees in a batch
 * @param seed seed of the initial head and of the episodes
 */
public record NaglTrainingConfig(
        NaglConfig detector,
        int proxies,
        int epochs,
        int episodes,
        int batch,
        double learningRate,
        double weightDecay,
        int topPatches,
        MaskLayout maskLayout,
        long seed)
        implements TrainingConfig {
    /** The published settings: 20 epochs of 500 episodes in batches of 8, rate 1e-5, 25 proxies. */
    public static final NaglTrainingConfig PUBLISHED = new NaglTrainingConfig(
            NaglConfig.PUBLISHED, NaglHead.PUBLISHED_PROXIES, 20, 500, 8, 1e-5, 0.01, 20, MaskLayout.PUBLISHED, 111);

    private static final int[] MILESTONES = {10, 15};

    /** Checks the ranges. */
    public NaglTrainingConfig {
        Ranges.atLeast("proxies", proxies, 1);
        Ranges.atLeast("epochs", epochs, 1);
        Ranges.atLeast("episodes", episodes, 1);
        Ranges.atLeast("batch", batch, 1);
        Ranges.atLeast("top patches", topPatches, 1);
        Ranges.learningRate(learningRate);
        Ranges.notNegative("weight decay", weightDecay);
    }

    /** References and an abnormal query of an episode show the same type of defect. */
    @Override
    public boolean oneDefectType() {
        return true;
    }

    LearningRate rates() {
        long iterations = iterations();
        return LearningRate.multiStep(learningRate, 0.1, MILESTONES[0] * iterations, MILESTONES[1] * iterations);
    }

    @Override
    public Learner learner(FeatureCache cache) {
        return new NaglLearner(this, cache);
    }

    @Override
    public Map<String, Object> toMap() {
        return RecordSettings.toMap(this);
    }
}
