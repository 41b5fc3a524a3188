package dev.ideal4j.detectors.nagl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.internal.FittedFile;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;

/** NAGL by name. */
public final class NaglMethod implements DetectorMethod {
    private static final NaglConfig DETECTOR = NaglConfig.PUBLISHED;
    private static final NaglTrainingConfig TRAINING = NaglTrainingConfig.PUBLISHED;

    private static final MethodOption<Float> SMOOTHING =
            MethodOption.of("smoothing", "SIGMA", DETECTOR.smoothing(), "Smoothing of maps in pixels.");
    private static final MethodOption<Double> TOP_FRACTION = MethodOption.of(
            "top-fraction",
            "SHARE",
            DETECTOR.topFraction(),
            "Share of the highest values whose mean is the image score.");

    private static final MethodOption<Integer> EPOCHS = MethodOption.of("epochs", "N", TRAINING.epochs(), "Epochs.");
    private static final MethodOption<Integer> EPISODES =
            MethodOption.of("episodes", "N", TRAINING.episodes(), "Training episodes an epoch.");
    private static final MethodOption<Integer> BATCH = MethodOption.of(
            "batch", "N", TRAINING.batch(), "Episodes an optimiser step; pictures scored at once in the validation.");
    private static final MethodOption<Double> RATE =
            MethodOption.of("lr", "RATE", TRAINING.learningRate(), "First learning rate.");
    private static final MethodOption<Double> DECAY =
            MethodOption.of("weight-decay", "D", TRAINING.weightDecay(), "AdamW's decay.");
    private static final MethodOption<Integer> PROXIES =
            MethodOption.of("proxies", "P", TRAINING.proxies(), "Learnable proxies.");
    private static final MethodOption<MaskLayout> LAYOUT = MethodOption.of(
            "mask-layout",
            "KIND",
            TRAINING.maskLayout(),
            "Whose mask an attention head sees in a batch; published mixes the batch's masks up.");
    private static final MethodOption<Long> SEED = MethodOption.of("seed", "N", TRAINING.seed(), "Of all draws.");

    @Override
    public String name() {
        return NaglDetector.METHOD;
    }

    @Override
    public String summary() {
        return "normal-abnormal guided generalist detection (arXiv 2510.00495)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(SMOOTHING, TOP_FRACTION);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        NaglConfig config = new NaglConfig(DETECTOR.heads(), values.get(SMOOTHING), values.get(TOP_FRACTION));
        return checkpoint == null
                ? NaglDetector.untrained(extractor, seed, config)
                : NaglDetector.load(checkpoint, extractor, config);
    }

    @Override
    public FittedDetector restore(FittedFile file, FeatureExtractor extractor) {
        return FittedNagl.restore(file, extractor);
    }

    @Override
    public List<MethodOption<?>> trainingOptions() {
        return List.of(EPOCHS, EPISODES, BATCH, RATE, DECAY, PROXIES, LAYOUT, SEED);
    }

    @Override
    public TrainingConfig training(OptionValues values) {
        return new NaglTrainingConfig(
                DETECTOR,
                values.get(PROXIES),
                values.get(EPOCHS),
                values.get(EPISODES),
                values.get(BATCH),
                values.get(RATE),
                values.get(DECAY),
                TRAINING.topPatches(),
                values.get(LAYOUT),
                values.get(SEED));
    }
}
