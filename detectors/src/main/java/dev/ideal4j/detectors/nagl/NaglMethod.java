package dev.ideal4j.detectors.nagl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.common.CommonOptions;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.TrainableMethod;
import dev.ideal4j.detectors.training.TrainingConfig;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;

/** NAGL by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class NaglMethod implements TrainableMethod {
    private static final NaglConfig DETECTOR = NaglConfig.PUBLISHED;
    private static final NaglTrainingConfig TRAINING = NaglTrainingConfig.PUBLISHED;

    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(DETECTOR.smoothing());
    private static final MethodOption<Double> TOP_FRACTION = CommonOptions.topFraction(DETECTOR.topFraction());

    private static final MethodOption<Integer> EPOCHS = CommonOptions.epochs(TRAINING.epochs());
    private static final MethodOption<Integer> EPISODES = CommonOptions.episodes(TRAINING.episodes());
    private static final MethodOption<Integer> BATCH = CommonOptions.batch(TRAINING.batch());
    private static final MethodOption<Double> RATE =
            MethodOption.of("lr", "RATE", TRAINING.learningRate(), "First learning rate.");
    private static final MethodOption<Double> DECAY =
            MethodOption.of("weight-decay", "D", TRAINING.weightDecay(), "AdamW's decay.");
    private static final MethodOption<Integer> PROXIES =
            MethodOption.of("proxies", "P", TRAINING.proxies(), "Learnable proxies.");
    private static final MethodOption<Integer> TOP_PATCHES = MethodOption.of(
            "top-patches",
            "N",
            TRAINING.topPatches(),
            "Patches whose mean is the image score in the loss; published for a grid of 1024, fewer suit smaller ones.");
    private static final MethodOption<MaskLayout> LAYOUT = CommonOptions.maskLayout(TRAINING.maskLayout());
    private static final MethodOption<Long> SEED = CommonOptions.seed(TRAINING.seed());

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

    private static NaglConfig config(OptionValues values) {
        return new NaglConfig(DETECTOR.heads(), values.get(SMOOTHING), values.get(TOP_FRACTION));
    }

    @Override
    public void check(OptionValues values) {
        config(values);
    }

    @Override
    public boolean trainedPartNeedsAbnormal() {
        return true;
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        NaglConfig config = config(values);
        return checkpoint == null
                ? NaglDetector.untrained(extractor, seed, config)
                : NaglDetector.load(checkpoint, extractor, config);
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        NaglConfig config = RecordSettings.read(file, NaglConfig.class);
        return NaglDetector.of(file.trained(file.config("weights")), extractor, config);
    }

    @Override
    public List<MethodOption<?>> trainingOptions() {
        return List.of(EPOCHS, EPISODES, BATCH, RATE, DECAY, PROXIES, TOP_PATCHES, LAYOUT, SEED);
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
                values.get(TOP_PATCHES),
                values.get(LAYOUT),
                values.get(SEED));
    }
}
