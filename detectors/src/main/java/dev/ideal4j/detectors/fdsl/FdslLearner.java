package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.nn.SeparableResize;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains FDSL's head: its parameters, and its losses on differences of features of a frozen backbone. The weights after the
 * last epoch are the best ones, as published; validation does not choose an epoch.
 */
final class FdslLearner implements Learner {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final FdslTrainingConfig config;
    private final FdslConfig detector;
    private final FeatureCache cache;
    private final FeatureExtractor extractor;
    private final int layers;

    FdslLearner(FdslTrainingConfig config, FeatureCache cache) {
        this.config = config;
        this.detector = config.detector().with(FdslConfig.Windows.NONE);
        this.cache = cache;
        this.extractor = cache.extractor();
        this.layers = FdslDetector.layers(extractor);
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public FdslTrainingConfig config() {
        return config;
    }

    @Override
    public LearningRate rates() {
        return LearningRate.constant(config.learningRate());
    }

    /** Adam with the published betas and without weight decay. */
    static Updates.Adam adam() {
        return new Updates.Adam(0.5, 0.999, 1e-8, 0, false, false);
    }

    @Override
    public Optimisation optimisation() {
        return new Optimisation(adam(), 0);
    }

    @Override
    public int bestFrom() {
        return config.epochs() - 1;
    }

    @Override
    public Model model(Parameters parameters) {
        FdslHead head = new FdslHead(parameters, layers, extractor.width() / layers, detector);
        FdslScorer scorer = new FdslScorer(head, detector, extractor.gridRows(), extractor.gridColumns());
        return (tape, episodes, step) -> losses(scorer, tape, episodes, step);
    }

    private Map<String, Variable> losses(FdslScorer scorer, Tape tape, List<Episode> episodes, long step) {
        Scope scope = tape.scope();
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        float[] targets = new float[episodes.size() * height * width];
        List<Tensor> differences = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            differences.add(scope.allocate(episodes.size() * extractor.patches(), extractor.width() / layers));
        }
        SplittableRandom random = new SplittableRandom((config.seed() + step) * GOLDEN_RATIO);
        for (int sample = 0; sample < episodes.size(); sample++) {
            Episode episode = episodes.get(sample);
            TrainingImage query =
                    random.nextDouble() < config.mosaicRate() ? Mosaic.of(episode, random.split()) : episode.query();
            compare(query, episode, sample, differences);
            FdslMask.write(query.mask(), width, height, targets, sample * height * width);
        }
        List<Variable> maps = scorer.maps(tape, differences, true);
        SeparableResize resize =
                SeparableResize.alignedBilinear(extractor.gridRows(), extractor.gridColumns(), height, width, scope);
        FdslLoss loss = FdslLoss.of(maps, scope.upload(targets, episodes.size(), height * width), resize);
        Map<String, Variable> losses = new LinkedHashMap<>();
        losses.put(TOTAL, loss.total());
        losses.put("focal", FdslLoss.sum(loss.focal()));
        losses.put("dice", FdslLoss.sum(loss.dice()));
        return losses;
    }

    /** Writes the differences between a query and its references, for each layer. */
    private void compare(TrainingImage query, Episode episode, int sample, List<Tensor> differences) {
        if (episode.normal().isEmpty()) {
            throw new InvalidInputException("episode", "no normal reference", "one or more to compare with");
        }
        int patches = extractor.patches();
        try (Scope local = backend().scope()) {
            List<Tensor> tokens = tokens(List.of(query), local);
            List<Tensor> references = tokens(episode.normal(), local);
            for (int layer = 0; layer < layers; layer++) {
                PatchBank bank = new PatchBank(
                        references.get(layer).toArray(),
                        extractor.width() / layers,
                        detector.alignment(),
                        detector.unitTokens(),
                        local);
                Tensor found = bank.differences(tokens.get(layer), detector.absolute(), local);
                backend().copy(found, differences.get(layer).slice(sample * patches, patches));
            }
        }
    }

    private List<Tensor> tokens(List<TrainingImage> images, Scope scope) {
        cache.prepare(
                images.stream().filter(image -> !(image instanceof Mosaic)).toList());
        Tensor features = scope.allocate(images.size(), extractor.patches(), extractor.width());
        for (int i = 0; i < images.size(); i++) {
            TrainingImage image = images.get(i);
            if (image instanceof Mosaic) {
                try (Scope local = scope.backend().scope()) {
                    scope.backend().copy(extractor.features(List.of(image.image()), local), features.slice(i, 1));
                }
            } else {
                features.slice(i, 1).write(cache.features(image));
            }
        }
        return LayerTokens.of(features, layers, detector.unitTokens(), scope);
    }

    @Override
    public FewShotDetector detector(Weights parameters) {
        return FdslDetector.of(parameters, cache.cachedExtractor(), detector);
    }
}
