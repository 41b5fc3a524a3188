package dev.ideal4j.detectors.ideal;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** IDEAL by name, for {@link dev.ideal4j.detectors.DetectorMethods}. The option names are those of the published programs. */
@SuppressWarnings("exports") // Training is for this library's own modules.
public final class IdealMethod implements TrainableMethod {
    private static final IdealConfig DETECTOR = IdealConfig.PUBLISHED;
    private static final IdealTrainingConfig TRAINING = IdealTrainingConfig.PUBLISHED;

    private static final MethodOption<Integer> NEIGHBOURS =
            MethodOption.of("topk", "K", DETECTOR.eraser().neighbours(), "Normal neighbours of the eraser.");
    private static final MethodOption<Integer> RANK =
            MethodOption.of("topr", "R", DETECTOR.eraser().rank(), "Directions that the eraser erases.");
    private static final MethodOption<Float> STRENGTH =
            MethodOption.of("proj-alpha", "A", DETECTOR.eraser().strength(), "Share that the eraser erases.");
    private static final MethodOption<Integer> HEADS =
            MethodOption.of("nheads", "N", DETECTOR.heads(), "Attention heads of the encoder.");
    private static final MethodOption<UntrainedEncoder> ENCODER = MethodOption.of(
            "encoder",
            "KIND",
            UntrainedEncoder.KNOWN_DEFECTS,
            "What uses abnormal references without a checkpoint: the known defects themselves, or the published encoder "
                    + "with random values.");
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(DETECTOR.smoothing());
    private static final MethodOption<Boolean> ORTHONORMAL =
            MethodOption.flag("orthonormal", "Make the deviation vectors orthonormal (not published).");
    private static final MethodOption<Boolean> PSEUDO_MASK = MethodOption.flag(
            "pseudo-mask", "In place of masks: mark the 1 % of an abnormal reference's patches that deviate most.");

    /** Name of the command line's option for the seed of an untrained part. */
    private static final String ENCODER_SEED = "encoder-seed";

    private static final MethodOption<Integer> EPOCHS = CommonOptions.epochs(TRAINING.epochs());
    private static final MethodOption<Integer> EPISODES = CommonOptions.episodes(TRAINING.episodes());
    private static final MethodOption<Integer> BATCH = CommonOptions.batch(TRAINING.batch());
    private static final MethodOption<Double> RATE =
            MethodOption.of("lr", "RATE", TRAINING.learningRate(), "Peak learning rate.");
    private static final MethodOption<Double> DECAY = MethodOption.of(
            "weight-decay",
            "D",
            TRAINING.weightDecay(),
            "AdamW's decay; the published code uses the default whatever is given.");
    private static final MethodOption<IdealTrainingConfig.Schedule> SCHEDULE =
            MethodOption.of("scheduler", "KIND", TRAINING.schedule(), "How the learning rate changes.");

    @SuppressWarnings("NullAway") // It does not know the type argument of null.
    private static final MethodOption<@Nullable Integer> WARMUP = new MethodOption<>(
            "warmup-epochs",
            "N",
            Integer.class,
            null,
            "Epochs of rising rate (default: 2, which the published code uses whatever is given; fewer when there are "
                    + "fewer epochs).");

    private static final MethodOption<Double> CLIP = CommonOptions.gradientClip(TRAINING.gradientClip());
    private static final MethodOption<Float> DROPOUT =
            MethodOption.of("dropout", "P", TRAINING.dropout(), "Dropout in the encoder.");
    private static final MethodOption<Integer> VECTORS =
            MethodOption.of("vectors", "M", TRAINING.vectors(), "Deviation vectors.");
    private static final MethodOption<Float> GATHER =
            MethodOption.of("g-loss-w", "W", TRAINING.weights().gatherWeight(), "Weight of the gather loss.");
    private static final MethodOption<Float> ORTHOGONALITY = MethodOption.of(
            "or-loss-w", "W", TRAINING.weights().orthogonalityWeight(), "Weight of the orthogonality loss.");
    private static final MethodOption<MaskLayout> LAYOUT = CommonOptions.maskLayout(TRAINING.maskLayout());
    private static final MethodOption<Long> SEED =
            MethodOption.of("seed", "N", TRAINING.seed(), "Of all draws; published for the target MVTecAD: 77.");

    /** Called by {@link java.util.ServiceLoader}. */
    public IdealMethod() {}

    @Override
    public String name() {
        return IdealDetector.METHOD;
    }

    @Override
    public String summary() {
        return "intrinsic deviation learning (arXiv 2605.23231)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(NEIGHBOURS, RANK, STRENGTH, HEADS, SMOOTHING, ORTHONORMAL, PSEUDO_MASK, ENCODER);
    }

    @Override
    public void check(OptionValues values) {
        config(values);
    }

    @Override
    public boolean usesMasks(OptionValues values) {
        return !values.get(PSEUDO_MASK);
    }

    @Override
    public Map<String, String> withoutEffect(Fit fit) {
        Map<String, String> without = new LinkedHashMap<>();
        if (!fit.abnormal()) {
            Stream.of(NEIGHBOURS, RANK, STRENGTH, HEADS, ORTHONORMAL, PSEUDO_MASK, ENCODER)
                    .forEach(option -> without.put(option.name(), "without abnormal references"));
        } else if (fit.checkpoint()) {
            without.put(ENCODER.name(), "with a checkpoint");
        } else if (fit.values().get(ENCODER) == UntrainedEncoder.KNOWN_DEFECTS) {
            Stream.of(HEADS.name(), ORTHONORMAL.name(), ENCODER_SEED)
                    .forEach(option -> without.put(option, "without a checkpoint or --encoder published"));
        }
        return without;
    }

    @Override
    public boolean trainedPartNeedsAbnormal() {
        return true;
    }

    @Override
    public FewShotDetector detector(
            FeatureExtractor extractor, @Nullable Path checkpoint, long seed, OptionValues values) {
        IdealConfig config = config(values);
        if (checkpoint != null) {
            return IdealDetector.load(checkpoint, extractor, config);
        }
        return switch (values.get(ENCODER)) {
            case KNOWN_DEFECTS -> IdealDetector.knownDefects(extractor, config);
            case PUBLISHED -> IdealDetector.untrained(extractor, seed, config);
        };
    }

    @Override
    public String withoutCheckpoint(long seed, OptionValues values) {
        return values.get(ENCODER) == UntrainedEncoder.KNOWN_DEFECTS
                ? "patches that deviate as the known defects do score higher"
                : TrainableMethod.super.withoutCheckpoint(seed, values);
    }

    private static IdealConfig config(OptionValues values) {
        return encoding(values)
                .smoothing(values.get(SMOOTHING))
                .orthonormal(values.get(ORTHONORMAL))
                .build();
    }

    private static IdealConfig.Builder encoding(OptionValues values) {
        return IdealConfig.builder()
                .neighbours(values.get(NEIGHBOURS))
                .rank(values.get(RANK))
                .strength(values.get(STRENGTH))
                .heads(values.get(HEADS))
                .pseudoMask(values.get(PSEUDO_MASK));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        IdealConfig config = RecordSettings.read(file, IdealConfig.class);
        return IdealDetector.restore(file.trained(file.config("weights")), extractor, config);
    }

    @Override
    public List<MethodOption<?>> trainingOptions() {
        return List.of(
                EPOCHS,
                EPISODES,
                BATCH,
                RATE,
                DECAY,
                SCHEDULE,
                WARMUP,
                CLIP,
                DROPOUT,
                VECTORS,
                HEADS,
                NEIGHBOURS,
                RANK,
                STRENGTH,
                PSEUDO_MASK,
                GATHER,
                ORTHOGONALITY,
                LAYOUT,
                SEED);
    }

    @Override
    public TrainingConfig training(OptionValues values) {
        int epochs = values.get(EPOCHS);
        Integer warmup = values.get(WARMUP);
        return new IdealTrainingConfig(
                encoding(values).build(),
                values.get(VECTORS),
                epochs,
                values.get(EPISODES),
                values.get(BATCH),
                values.get(RATE),
                values.get(DECAY),
                values.get(SCHEDULE),
                warmup == null ? Math.min(TRAINING.warmupEpochs(), epochs) : warmup,
                values.get(CLIP),
                values.get(DROPOUT),
                new IdealObjective.Weights(values.get(GATHER), values.get(ORTHOGONALITY)),
                values.get(LAYOUT),
                values.get(SEED));
    }
}
