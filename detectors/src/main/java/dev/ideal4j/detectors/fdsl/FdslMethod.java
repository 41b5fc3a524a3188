package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.Clip;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.common.CommonOptions;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.training.TrainableMethod;
import dev.ideal4j.detectors.training.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** FDSL by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class FdslMethod implements TrainableMethod {
    private static final FdslConfig DETECTOR = FdslConfig.PUBLISHED;
    private static final FdslTrainingConfig TRAINING = FdslTrainingConfig.PUBLISHED;

    private static final MethodOption<FdslConfig.Windows> WINDOWS = new MethodOption<>(
            "windows",
            "KIND",
            FdslConfig.Windows.class,
            null,
            "Whether images are seen a second time through windows: none, merged or only (default: merged with a CLIP "
                    + "backbone, else none).");
    private static final MethodOption<Integer> WINDOW_SIZE =
            MethodOption.of("window-size", "N", DETECTOR.windowSize(), "Side of a window in patches.");
    private static final MethodOption<Integer> WINDOW_STRIDE =
            MethodOption.of("window-stride", "N", DETECTOR.windowStride(), "Patches between neighbouring windows.");
    private static final MethodOption<Integer> WINDOW_GRID =
            MethodOption.of("window-grid", "N", DETECTOR.windowGrid(), "Side in patches that windows are resized to.");
    private static final MethodOption<Float> WINDOW_WEIGHT =
            MethodOption.of("window-weight", "W", DETECTOR.windowWeight(), "Share of the windows in the scores.");
    private static final MethodOption<Boolean> WHOLE_BANK =
            MethodOption.flag("window-whole-bank", "Compare windows with whole references instead of their windows.");
    private static final MethodOption<Boolean> IMAGE_INDEX =
            MethodOption.flag("image-index", "Search only the reference windows that resemble the query's as images.");
    private static final MethodOption<Integer> MAP_SIZE =
            MethodOption.of("map-size", "PIXELS", DETECTOR.mapSize(), "Side of the pixel map.");
    private static final MethodOption<FdslConfig.Alignment> ALIGNMENT = MethodOption.of(
            "alignment", "KIND", DETECTOR.alignment(), "Which reference patch a patch is compared with.");
    private static final MethodOption<Boolean> SIGNED =
            MethodOption.flag("signed", "Keep the signs of differences (published: not).");
    private static final MethodOption<Boolean> NO_INPUT_NORM =
            MethodOption.flag("no-input-norm", "Leave out the first batch normalisation (published: not).");
    private static final MethodOption<Boolean> NO_REFINE =
            MethodOption.flag("no-refine", "Leave out anomaly score learning, the convolutions (published: not).");
    private static final MethodOption<Boolean> NO_UNIT =
            MethodOption.flag("no-unit-tokens", "Leave tokens as long as they are (published: not).");

    private static final MethodOption<Boolean> QUICK_GELU = MethodOption.flag(
            "quick-gelu",
            "Run CLIP with the approximate GELU that it was trained with; the published code runs the exact one.");

    private static final MethodOption<Integer> EPOCHS = CommonOptions.epochs(TRAINING.epochs());
    private static final MethodOption<Integer> EPISODES = CommonOptions.episodes(TRAINING.episodes());
    private static final MethodOption<Integer> BATCH = CommonOptions.batch(TRAINING.batch());
    private static final MethodOption<Double> RATE =
            MethodOption.of("lr", "RATE", TRAINING.learningRate(), "Learning rate, constant.");
    private static final MethodOption<Double> MOSAIC = MethodOption.of(
            "mosaic-rate",
            "P",
            TRAINING.mosaicRate(),
            "Share of the queries that are mosaics of four images; each goes through the network again.");
    private static final MethodOption<Long> SEED = CommonOptions.seed(TRAINING.seed());

    @Override
    public String name() {
        return FdslDetector.METHOD;
    }

    @Override
    public String summary() {
        return "feature discrepancy guided score learning";
    }

    /**
     * CLIP's image towers as published. DINOv2 networks and the built-in backbone can be used with one layer and without
     * windows.
     */
    @Override
    public BackboneLoader backbones(OptionValues values) {
        Activation activation = values.get(QUICK_GELU) ? Activation.QUICK_GELU : Activation.GELU;
        return BackboneLoader.transformers(
                BackboneNeed.ANY, (weights, input, backend) -> open(weights, activation, input, backend));
    }

    private static FeatureExtractor open(
            VitWeights weights, Activation activation, BackboneLoader.Input input, Backend backend) {
        int size = input.size();
        if (weights.config().style().embeddingNorm()) {
            Clip.Options options = size == 0 ? Clip.Options.FDSL : Clip.Options.FDSL.withInput(size, size);
            return new Clip(weights, options.withHeads(input.heads()).withActivation(activation), backend);
        }
        DinoV2.Options options = size == 0 ? DinoV2.Options.DEFAULT : DinoV2.Options.DEFAULT.withInput(size, size);
        return new DinoV2(weights, options.withHeads(input.heads()), backend);
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                WINDOWS,
                WINDOW_SIZE,
                WINDOW_STRIDE,
                WINDOW_GRID,
                WINDOW_WEIGHT,
                WHOLE_BANK,
                IMAGE_INDEX,
                MAP_SIZE,
                ALIGNMENT,
                SIGNED,
                NO_INPUT_NORM,
                NO_REFINE,
                NO_UNIT,
                QUICK_GELU);
    }

    private static FdslConfig.Windows windows(FeatureExtractor extractor, OptionValues values) {
        FdslConfig.Windows chosen = values.get(WINDOWS);
        return chosen == null ? FdslDetector.published(extractor).windows() : chosen;
    }

    private static FdslConfig config(FdslConfig.Windows windows, OptionValues values) {
        return new FdslConfig(
                !values.get(SIGNED),
                !values.get(NO_INPUT_NORM),
                !values.get(NO_REFINE),
                !values.get(NO_UNIT),
                values.get(ALIGNMENT),
                windows,
                values.get(WINDOW_SIZE),
                values.get(WINDOW_STRIDE),
                values.get(WINDOW_GRID),
                !values.get(WHOLE_BANK),
                values.get(IMAGE_INDEX),
                values.get(WINDOW_WEIGHT),
                values.get(MAP_SIZE));
    }

    @Override
    public void check(OptionValues values) {
        FdslConfig.Windows chosen = values.get(WINDOWS);
        config(chosen == null ? DETECTOR.windows() : chosen, values);
    }

    @Override
    public boolean usesAbnormal() {
        return false;
    }

    @Override
    public Map<String, String> withoutEffect(Fit fit) {
        Map<String, String> without = new LinkedHashMap<>();
        if (windows(fit.extractor(), fit.values()) == FdslConfig.Windows.NONE) {
            Stream.of(WINDOW_SIZE, WINDOW_STRIDE, WINDOW_GRID, WINDOW_WEIGHT, WHOLE_BANK, IMAGE_INDEX)
                    .forEach(option -> without.put(option.name(), "without windows"));
        } else if (windows(fit.extractor(), fit.values()) == FdslConfig.Windows.ONLY) {
            without.put(WINDOW_WEIGHT.name(), "with windows only");
        }
        if (!(fit.extractor() instanceof Clip)) {
            without.put(
                    QUICK_GELU.name(), "with the backbone " + fit.extractor().name());
        }
        return without;
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(0.6f, 1);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        FdslConfig config = config(windows(extractor, values), values);
        return checkpoint == null
                ? FdslDetector.untrained(extractor, seed, config)
                : FdslDetector.load(checkpoint, extractor, config);
    }

    @Override
    public Mask.Resize evaluationMasks() {
        return Mask.Resize.BILINEAR;
    }

    @Override
    public ImageScore evaluationScore() {
        return ImageScore.OVER_PRODUCT;
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        FdslConfig config = RecordSettings.read(file, FdslConfig.class);
        return FdslDetector.of(file.trained(file.config("weights")), extractor, config);
    }

    @Override
    public List<MethodOption<?>> trainingOptions() {
        return List.of(
                EPOCHS,
                EPISODES,
                BATCH,
                RATE,
                MOSAIC,
                ALIGNMENT,
                SIGNED,
                NO_INPUT_NORM,
                NO_REFINE,
                NO_UNIT,
                QUICK_GELU,
                SEED);
    }

    @Override
    public TrainingConfig training(OptionValues values) {
        return new FdslTrainingConfig(
                config(FdslConfig.Windows.NONE, values),
                values.get(EPOCHS),
                values.get(EPISODES),
                values.get(BATCH),
                values.get(RATE),
                values.get(MOSAIC),
                values.get(SEED));
    }
}
