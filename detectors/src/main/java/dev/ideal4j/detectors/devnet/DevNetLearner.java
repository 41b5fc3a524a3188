package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains DevNet's network as a whole, by the loss of the scores of the episodes' references. The weights after the last epoch
 * are the best ones, as published; validation does not choose an epoch.
 *
 * @param start provides the initial weights of the backbone; used, not closed
 */
record DevNetLearner(DevNetTrainingConfig config, ResNet18Backbone start) implements Learner {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    @Override
    public FeatureExtractor extractor() {
        return start;
    }

    @Override
    public LearningRate rates() {
        return config.rates();
    }

    @Override
    public Optimisation optimisation() {
        return config.optimisation();
    }

    @Override
    public int bestFrom() {
        return config.epochs() - 1;
    }

    @Override
    public Model model(Parameters parameters) {
        parameters.preset(RenamedWeights.under(DevNetNetwork.BACKBONE, start.weights()));
        DevNetNetwork network = new DevNetNetwork(parameters, config.detector());
        return (tape, episodes, step) -> losses(network, tape, episodes, step);
    }

    private Map<String, Variable> losses(DevNetNetwork network, Tape tape, List<Episode> episodes, long step) {
        List<TrainingImage> images = new ArrayList<>();
        List<Float> labels = new ArrayList<>();
        for (Episode episode : episodes) {
            add(episode.normal(), 0, images, labels);
            add(episode.abnormal(), 1, images, labels);
        }
        if (images.isEmpty()) {
            throw new InvalidInputException("episodes", "no references", "normal and abnormal ones");
        }
        int size = config.detector().imageSize();
        long drawn = (config.seed() + step) * GOLDEN_RATIO;
        float[] pixels = DevNetPixels.turned(images, size, drawn);
        Variable input = tape.constant(tape.scope().upload(pixels, images.size(), 3, size, size));
        Variable scores = network.score(input, true).scores();
        float[] label = new float[labels.size()];
        for (int i = 0; i < label.length; i++) {
            label[i] = labels.get(i);
        }
        return Map.of(TOTAL, config.loss().of(scores, label, DevNetLoss.Reference.drawn(~drawn)));
    }

    private static void add(List<TrainingImage> some, float label, List<TrainingImage> images, List<Float> labels) {
        some.forEach(image -> {
            images.add(image);
            labels.add(label);
        });
    }

    @Override
    public FewShotDetector detector(Weights parameters) {
        return DevNetDetector.of(parameters, backend(), config.detector());
    }
}
