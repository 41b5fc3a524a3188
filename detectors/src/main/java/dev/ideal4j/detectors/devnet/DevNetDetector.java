package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DevNet (arXiv 2108.00462): deviation networks. There are two kinds:
 *
 * <ul>
 *   <li>{@linkplain #trainedInFit one that learns} from the references in {@link #fit}, as published: normal pictures, and a
 *       few abnormal ones whose masks do not matter;
 *   <li>{@linkplain #load one that has learnt} before: {@link #fit} then needs the references for nothing.
 * </ul>
 */
public final class DevNetDetector implements FewShotDetector {
    /** The name of the method. */
    public static final String METHOD = "devnet";

    private final Backend backend;
    private final DevNetConfig config;
    private final FittedDevNet trained;
    private final DevNetTrainingConfig training;
    private final ResNet18Backbone start;

    private DevNetDetector(
            Backend backend,
            DevNetConfig config,
            FittedDevNet trained,
            DevNetTrainingConfig training,
            ResNet18Backbone start) {
        this.backend = backend;
        this.config = config;
        this.trained = trained;
        this.training = training;
        this.start = start;
    }

    /**
     * Takes a trained network from a file: a published checkpoint, or one trained here.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is of another kind, or damaged
     * @throws InvalidInputException if a tensor is missing or has another shape than a ResNet-18 needs
     */
    public static DevNetDetector load(Path checkpoint, Backend backend, DevNetConfig config) {
        try (WeightFile weights = Checkpoints.open(checkpoint)) {
            return of(weights, backend, config);
        }
    }

    /**
     * Takes a trained network from weights with published names.
     *
     * @throws InvalidInputException if a tensor is missing or has another shape than a ResNet-18 needs
     */
    public static DevNetDetector of(Weights weights, Backend backend, DevNetConfig config) {
        return new DevNetDetector(
                backend, config, new FittedDevNet(weights, weights.origin(), config, backend), null, null);
    }

    /**
     * A detector that trains a network in each {@link #fit}.
     *
     * @param start what the network starts from, published: trained on ImageNet; used, not closed
     */
    public static DevNetDetector trainedInFit(ResNet18Backbone start, DevNetTrainingConfig training) {
        return new DevNetDetector(start.backend(), training.detector(), null, training, start);
    }

    static ResNet18Backbone requireResNet(FeatureExtractor extractor) {
        if (extractor instanceof ResNet18Backbone found) {
            return found;
        }
        throw new InvalidInputException("backbone of DevNet", extractor.name(), "a ResNet-18, which it trains on");
    }

    @Override
    public String name() {
        return METHOD;
    }

    @Override
    public Map<String, Object> config() {
        if (trained != null) {
            return trained.config();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", METHOD);
        map.put("backbone", start.name());
        map.put("fingerprint", start.fingerprint());
        map.putAll(training.toMap());
        return Collections.unmodifiableMap(map);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Without a trained network this trains one: {@code epochs · steps} optimiser steps.
     *
     * @throws InvalidInputException if there is no normal or no abnormal reference to learn from
     * @throws dev.ideal4j.detectors.training.TrainingDivergedException if a loss is no finite number
     */
    @Override
    public FittedDetector fit(References references) {
        if (trained != null) {
            return new FittedDevNet(trained.weights(), (String) config().get("weights"), config, backend);
        }
        if (references.normal().isEmpty() || references.abnormal().isEmpty()) {
            throw new InvalidInputException(
                    "references",
                    references.normal().size() + " normal and "
                            + references.abnormal().size() + " abnormal",
                    "at least one of each: DevNet learns from both");
        }
        Learner learner = new DevNetLearner(training, start);
        BalancedPictures pictures = new BalancedPictures(references, training.seed());
        try (Scope scope = backend.scope()) {
            Parameters parameters = Parameters.fresh(scope, training.seed());
            Learner.Model model = learner.model(parameters);
            AdamOptimizer optimizer =
                    AdamOptimizer.fresh(parameters.all(), learner.optimisation().adam(), 0, scope);
            TrainingStep steps = new TrainingStep(learner, model, parameters, optimizer);
            for (long step = 0; step < (long) training.epochs() * training.steps(); step++) {
                List<Episode> episodes = new ArrayList<>();
                for (int i = 0; i < training.batch(); i++) {
                    episodes.add(pictures.next());
                }
                steps.run(episodes, step);
            }
            String origin = "trained on " + references.normal().size() + " normal and "
                    + references.abnormal().size() + " abnormal references, seed " + training.seed();
            return new FittedDevNet(parameters, origin, config, backend);
        }
    }

    @Override
    public void close() {
        if (trained != null) {
            trained.close();
        }
    }
}
