package dev.ideal4j.detectors.ideal;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.detectors.training.EpisodeBatches;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains IDEAL's encoder: its parameters, and its losses on features of a frozen backbone. */
final class IdealLearner implements Learner {
    private final IdealTrainingConfig config;
    private final FeatureExtractor extractor;
    private final FeatureExtractor validated;
    private final EpisodeBatches batches;

    IdealLearner(IdealTrainingConfig config, FeatureCache cache) {
        this.config = config;
        this.extractor = cache.extractor();
        this.validated = cache.cachedExtractor();
        this.batches = new EpisodeBatches(cache);
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public IdealTrainingConfig config() {
        return config;
    }

    @Override
    public LearningRate rates() {
        return config.rates();
    }

    @Override
    public Optimisation optimisation() {
        return new Optimisation(
                new Updates.Adam(0.9, 0.999, 1e-10, config.weightDecay(), true, true), config.gradientClip());
    }

    @Override
    public Model model(Parameters parameters) {
        IntrinsicDeviationEncoder encoder = new IntrinsicDeviationEncoder(
                parameters,
                config.vectors(),
                extractor.width(),
                config.detector().heads());
        IdealObjective objective =
                new IdealObjective(encoder, config.detector(), config.maskLayout(), config.weights());
        return (tape, episodes, step) -> losses(objective, tape, episodes, step);
    }

    private Map<String, Variable> losses(IdealObjective objective, Tape tape, List<Episode> episodes, long step) {
        EpisodeBatch batch = batches.of(episodes, tape.scope());
        IdealObjective.Result result = objective.compute(tape, batch, dropouts(step));
        Map<String, Variable> losses = new LinkedHashMap<>();
        losses.put(TOTAL, result.total());
        losses.put("image", result.image());
        losses.put("focal", result.focal());
        losses.put("dice", result.dice());
        losses.put("gather", result.gather());
        losses.put("orthogonality", result.orthogonality());
        return losses;
    }

    /** Dropout that differs from step to step and depends on the seed and the step only. */
    private Dropouts dropouts(long step) {
        long seed = config.seed() * 0x9E3779B97F4A7C15L + 2 * step;
        return new Dropouts(new Dropout(seed, config.dropout()), new Dropout(~seed, config.dropout()));
    }

    @Override
    public FewShotDetector detector(Weights parameters) {
        return IdealDetector.of(parameters, validated, config.detector());
    }
}
