package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
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
import java.util.Optional;
import java.util.stream.Stream;

/** DevNet by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class DevNetMethod implements TrainableMethod {
    private static final DevNetConfig DETECTOR = DevNetConfig.PUBLISHED;
    private static final DevNetTrainingConfig TRAINING = DevNetTrainingConfig.PUBLISHED;

    /** Seed of the untrained network that is used when no weights are given. */
    private static final long BUILTIN_SEED = 42;

    private static final MethodOption<Integer> SCALES =
            MethodOption.of("n-scales", "N", DETECTOR.scales(), "Scales of the image pyramid.");
    private static final MethodOption<Double> TOP = MethodOption.of(
            "top-fraction",
            "SHARE",
            DETECTOR.topFraction(),
            "Share of the patches whose mean absolute score counts; 0 for the plain mean of all.");
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(DETECTOR.smoothing());
    private static final MethodOption<DevNetLoss> LOSS =
            MethodOption.of("criterion", "KIND", TRAINING.loss(), "What training minimises.");
    private static final MethodOption<Integer> FIT_EPOCHS = MethodOption.of(
            "fit-epochs", "N", TRAINING.epochs(), "Without a checkpoint: epochs of the training on the references.");
    private static final MethodOption<Integer> FIT_STEPS =
            MethodOption.of("fit-steps", "N", TRAINING.steps(), "Without a checkpoint: optimiser steps an epoch.");
    private static final MethodOption<Integer> FIT_BATCH = MethodOption.of(
            "fit-batch",
            "N",
            TRAINING.batch(),
            "Without a checkpoint: normal images a step, and as many abnormal ones.");
    private static final MethodOption<Double> FIT_RATE =
            MethodOption.of("fit-lr", "RATE", TRAINING.learningRate(), "Without a checkpoint: learning rate.");

    private static final MethodOption<Integer> EPOCHS = CommonOptions.epochs(TRAINING.epochs());
    private static final MethodOption<Integer> STEPS =
            MethodOption.of("steps-per-epoch", "N", TRAINING.steps(), "Optimiser steps an epoch.");
    private static final MethodOption<Integer> BATCH = CommonOptions.batch(TRAINING.batch());
    private static final MethodOption<Double> RATE =
            MethodOption.of("lr", "RATE", TRAINING.learningRate(), "Learning rate; a tenth after every 10 epochs.");
    private static final MethodOption<Double> DECAY =
            MethodOption.of("weight-decay", "D", TRAINING.weightDecay(), "Adam's decay, added to the gradient.");
    private static final MethodOption<Double> CLIP = CommonOptions.gradientClip(TRAINING.gradientClip());
    private static final MethodOption<Long> SEED = CommonOptions.seed(TRAINING.seed());

    @Override
    public String name() {
        return DevNetDetector.METHOD;
    }

    @Override
    public String summary() {
        return "deviation networks (arXiv 2108.00462)";
    }

    @Override
    public BackboneLoader backbones(OptionValues values) {
        return new BackboneLoader() {
            @Override
            public BackboneNeed<?> need() {
                return DevNetDetector.RESNET;
            }

            @Override
            public Optional<FeatureExtractor> own(Input input, Backend backend) {
                return Optional.of(ResNet18Backbone.untrained(BUILTIN_SEED, side(input), backend));
            }

            @Override
            public FeatureExtractor load(Path file, Input input, Backend backend) {
                return ResNet18Backbone.load(file, side(input), backend);
            }

            @Override
            public FeatureExtractor madeUp(String name, Input input, Backend backend) {
                if (!name.equals(ResNet18Backbone.NAME)) {
                    throw new InvalidInputException("backbone of DevNet", name, ResNet18Backbone.NAME);
                }
                return own(input, backend).orElseThrow();
            }
        };
    }

    private static int side(BackboneLoader.Input input) {
        return input.size() == 0 ? DETECTOR.imageSize() : input.size();
    }

    @Override
    public boolean looksThroughBackbone() {
        return false;
    }

    @Override
    public String withoutCheckpoint(long seed, OptionValues values) {
        return "a network is trained on the references first (seed " + seed
                + "); with the published settings that takes hours on a CPU and about 6 GB of memory";
    }

    @Override
    public void check(OptionValues values) {
        training(config(values), 0, values);
    }

    /** Masks have no effect, because an image counts as anomalous as a whole. */
    @Override
    public boolean usesMasks(OptionValues values) {
        return false;
    }

    @Override
    public Map<String, String> withoutEffect(Fit fit) {
        Map<String, String> without = new LinkedHashMap<>();
        if (fit.checkpoint()) {
            Stream.of(LOSS, FIT_EPOCHS, FIT_STEPS, FIT_BATCH, FIT_RATE)
                    .forEach(option -> without.put(option.name(), "with a checkpoint"));
        }
        return without;
    }

    @Override
    public boolean trainsInFit() {
        return true;
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(1, DevNetLoss.MARGIN);
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(SCALES, TOP, SMOOTHING, LOSS, FIT_EPOCHS, FIT_STEPS, FIT_BATCH, FIT_RATE);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        ResNet18Backbone start = DevNetDetector.RESNET.of(extractor);
        DevNetConfig config = config(values).withImageSize(start.inputHeight());
        if (checkpoint != null) {
            return DevNetDetector.load(checkpoint, start.backend(), config);
        }
        return DevNetDetector.trainedInFit(start, training(config, seed, values));
    }

    private static DevNetTrainingConfig training(DevNetConfig config, long seed, OptionValues values) {
        return new DevNetTrainingConfig(
                config,
                values.get(FIT_EPOCHS),
                values.get(FIT_STEPS),
                values.get(FIT_BATCH),
                values.get(FIT_RATE),
                TRAINING.rateEpochs(),
                TRAINING.weightDecay(),
                TRAINING.gradientClip(),
                values.get(LOSS),
                seed);
    }

    private static DevNetConfig config(OptionValues values) {
        return new DevNetConfig(DETECTOR.imageSize(), values.get(SCALES), values.get(TOP), values.get(SMOOTHING));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        DevNetConfig config = RecordSettings.read(file, DevNetConfig.class);
        if (!file.hasConfig("epochs")) {
            return DevNetDetector.of(file.trained(file.config("weights")), extractor.backend(), config);
        }
        DevNetTrainingConfig training = RecordSettings.read(file, DevNetTrainingConfig.class);
        return DevNetDetector.trainedInFit(extractor, file.config("fingerprint"), training);
    }

    @Override
    public List<MethodOption<?>> trainingOptions() {
        return List.of(EPOCHS, STEPS, BATCH, RATE, DECAY, CLIP, LOSS, SCALES, TOP, SMOOTHING, SEED);
    }

    @Override
    public TrainingConfig training(OptionValues values) {
        return new DevNetTrainingConfig(
                config(values),
                values.get(EPOCHS),
                values.get(STEPS),
                values.get(BATCH),
                values.get(RATE),
                TRAINING.rateEpochs(),
                values.get(DECAY),
                values.get(CLIP),
                values.get(LOSS),
                values.get(SEED));
    }
}
