package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of FDSL's training.
 *
 * @param detector settings of the detector that is trained; its windows are a matter of the test and not used
 * @param epochs passes
 * @param episodes episodes an epoch: each a query and the normal references it is compared with
 * @param batch episodes an optimiser step
 * @param learningRate constant
 * @param mosaicRate probability that a query is replaced by a mosaic of four pictures of its episode
 * @param seed of first values and mosaics
 */
public record FdslTrainingConfig(
        FdslConfig detector, int epochs, int episodes, int batch, double learningRate, double mosaicRate, long seed)
        implements TrainingConfig {
    /** As the published scripts train on MVTec AD, whose test part has 1725 pictures. */
    public static final FdslTrainingConfig PUBLISHED =
            new FdslTrainingConfig(FdslConfig.PUBLISHED, 5, 1725, 8, 1e-3, 0.3, 111);

    /** Checks the ranges. */
    public FdslTrainingConfig {
        atLeast("epochs", epochs, 1);
        atLeast("episodes", episodes, 1);
        atLeast("batch", batch, 1);
        if (!(learningRate > 0 && learningRate < 1e3)) {
            throw new InvalidInputException("learning rate", Double.toString(learningRate), "above 0");
        }
        if (!(mosaicRate >= 0 && mosaicRate <= 1)) {
            throw new InvalidInputException("mosaic rate", Double.toString(mosaicRate), "0 to 1");
        }
    }

    private static void atLeast(String what, int value, int least) {
        if (value < least) {
            throw new InvalidInputException(what, Integer.toString(value), least + " or more");
        }
    }

    /** This with another length of training. */
    public FdslTrainingConfig withLength(int epochs, int episodes, int batch) {
        return new FdslTrainingConfig(detector, epochs, episodes, batch, learningRate, mosaicRate, seed);
    }

    /** This with another share of mosaics. */
    public FdslTrainingConfig withMosaicRate(double rate) {
        return new FdslTrainingConfig(detector, epochs, episodes, batch, learningRate, rate, seed);
    }

    /** By name, for records. */
    @Override
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(detector.toMap());
        map.put("epochs", epochs);
        map.put("episodes", episodes);
        map.put("batch", batch);
        map.put("learningRate", learningRate);
        map.put("mosaicRate", mosaicRate);
        map.put("seed", seed);
        return map;
    }

    @Override
    public Learner learner(FeatureCache cache) {
        return new FdslLearner(this, cache);
    }
}
