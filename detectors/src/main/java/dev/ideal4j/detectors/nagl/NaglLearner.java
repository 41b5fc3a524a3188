package dev.ideal4j.detectors.nagl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.EpisodeBatches;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.SegmentationLosses;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains NAGL's head: its parameters, and its losses on features of a frozen backbone. */
final class NaglLearner implements Learner {
    /** The published program keeps no checkpoint of earlier epochs as the best one. */
    private static final int BEST_FROM = 5;

    private final NaglTrainingConfig config;
    private final FeatureExtractor extractor;
    private final FeatureExtractor validated;
    private final EpisodeBatches batches;

    NaglLearner(NaglTrainingConfig config, FeatureCache cache) {
        this.config = config;
        this.extractor = cache.extractor();
        this.validated = cache.cachedExtractor();
        this.batches = new EpisodeBatches(cache);
        if (extractor.patches() < config.topPatches()) {
            throw new InvalidInputException(
                    "patch grid of " + extractor.name(),
                    extractor.patches() + " patches",
                    config.topPatches() + " or more: the image loss is taken of so many");
        }
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public NaglTrainingConfig config() {
        return config;
    }

    @Override
    public LearningRate rates() {
        return config.rates();
    }

    /** AdamW with PyTorch's defaults. */
    static Updates.Adam adam(double weightDecay) {
        return new Updates.Adam(0.9, 0.999, 1e-8, weightDecay, true, false);
    }

    @Override
    public Optimisation optimisation() {
        return new Optimisation(adam(config.weightDecay()), 0);
    }

    @Override
    public int bestFrom() {
        return BEST_FROM;
    }

    @Override
    public Model model(Parameters parameters) {
        NaglHead head = new NaglHead(
                parameters,
                config.proxies(),
                extractor.width(),
                config.detector().heads());
        NaglObjective objective = new NaglObjective(head, config.maskLayout(), config.topPatches());
        return (tape, episodes, step) -> losses(objective, tape, episodes);
    }

    private Map<String, Variable> losses(NaglObjective objective, Tape tape, List<Episode> episodes) {
        SegmentationLosses result =
                objective.compute(tape, batches.of(episodes, tape.scope())).losses();
        Map<String, Variable> losses = new LinkedHashMap<>();
        losses.put(TOTAL, result.sum());
        losses.put("image", result.image());
        losses.put("focal", result.focal());
        losses.put("dice", result.dice());
        return losses;
    }

    @Override
    public FewShotDetector detector(Weights parameters) {
        return NaglDetector.of(parameters, validated, config.detector());
    }
}
