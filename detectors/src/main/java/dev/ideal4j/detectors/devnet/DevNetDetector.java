package dev.ideal4j.detectors.devnet;

import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.TrainingEpochs;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * DevNet (arXiv 2108.00462): deviation networks. There are two kinds:
 *
 * <ul>
 *   <li>{@linkplain #trainedInFit a detector that trains} a network in {@link #fit}, as published, from normal images and a
 *       few abnormal ones, whose masks have no effect;
 *   <li>{@linkplain #load a detector with a trained network}, which does not need the references of {@link #fit} to score.
 * </ul>
 */
public final class DevNetDetector implements FewShotDetector {
    /** The name of the method. */
    public static final String METHOD = "devnet";

    static final BackboneNeed<ResNet18Backbone> RESNET =
            new BackboneNeed<>(ResNet18Backbone.class, "a ResNet-18, which DevNet trains on");

    private final Lifetime lifetime = new Lifetime("the detector " + METHOD);
    private final Backend backend;
    private final DevNetConfig config;
    private final FittedDevNet trained;
    private final DevNetTrainingConfig training;
    private final FeatureExtractor start;
    private final String startFingerprint;

    private DevNetDetector(
            Backend backend,
            DevNetConfig config,
            FittedDevNet trained,
            DevNetTrainingConfig training,
            FeatureExtractor start,
            String startFingerprint) {
        this.startFingerprint = startFingerprint;
        this.backend = backend;
        this.config = config;
        this.trained = trained;
        this.training = training;
        this.start = start;
    }

    /**
     * Loads a trained network from a file: a published checkpoint, or a checkpoint of this library.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind, or damaged
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit a ResNet-18
     */
    public static DevNetDetector load(Path checkpoint, Backend backend, DevNetConfig config) {
        try (WeightFile weights = Checkpoints.open(checkpoint)) {
            return of(weights, backend, config);
        }
    }

    /**
     * Reads a trained network from weights with the published names.
     *
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit a ResNet-18
     */
    public static DevNetDetector of(Weights weights, Backend backend, DevNetConfig config) {
        return new DevNetDetector(
                backend, config, FittedDevNet.of(weights, weights.origin(), config, backend, false), null, null, null);
    }

    /**
     * Creates a detector that trains a network in each {@link #fit}.
     *
     * @param start initial network, in the paper one trained on ImageNet; used, not closed
     */
    public static DevNetDetector trainedInFit(ResNet18Backbone start, DevNetTrainingConfig training) {
        return trainedInFit(start, start.fingerprint(), training);
    }

    /**
     * Restores a detector.
     *
     * @param start any backbone; training needs the backbone with the given fingerprint
     */
    static DevNetDetector trainedInFit(FeatureExtractor start, String fingerprint, DevNetTrainingConfig training) {
        return new DevNetDetector(start.backend(), training.detector(), null, training, start, fingerprint);
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
        map.put("backbone", ResNet18Backbone.NAME);
        map.put("fingerprint", startFingerprint);
        map.putAll(training.toMap());
        return Collections.unmodifiableMap(map);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Without a trained network this trains one: {@code epochs · steps} optimiser steps.
     *
     * @throws InvalidInputException if there is no normal or no abnormal reference to learn from
     * @throws dev.ideal4j.detectors.training.TrainingDivergedException if a loss is not finite
     */
    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        return lifetime.call(this::use)
                .compute(() -> trained != null ? trained.copy() : train(IgnoredPixels.painted(references), listener));
    }

    @Override
    public Scorer restored(References references, Weights learnt) {
        if (learnt == null) {
            return scorer(references, TrainingListener.NONE);
        }
        return lifetime.call(this::use)
                .compute(() -> FittedDevNet.of(learnt, origin(references), config, backend, true));
    }

    private Lifetime.Call use() {
        return start == null ? backend.use() : start.use();
    }

    private String origin(References references) {
        return "trained on " + references.normal().size() + " normal and "
                + references.abnormal().size() + " abnormal references, seed " + training.seed();
    }

    private Scorer train(References references, TrainingListener listener) {
        if (references.normal().isEmpty() || references.abnormal().isEmpty()) {
            throw new InvalidInputException(
                    "references",
                    references.normal().size() + " normal and "
                            + references.abnormal().size() + " abnormal",
                    "at least one of each: DevNet learns from both");
        }
        if (!start.fingerprint().equals(startFingerprint)) {
            throw new InvalidInputException(
                    "backbone",
                    start.name() + " with fingerprint " + start.fingerprint(),
                    "the network that the training started from, with fingerprint " + startFingerprint);
        }
        Learner learner = new DevNetLearner(training, RESNET.of(start));
        BalancedImages images = new BalancedImages(references, training.seed());
        try (Scope scope = backend.scope()) {
            TrainingEpochs epochs = TrainingEpochs.fresh(learner, scope);
            listener.started(training.epochs(), 0);
            for (int epoch = 0; epoch < training.epochs(); epoch++) {
                double loss = epochs.run(epoch, images, listener);
                double rate = learner.rates().at((long) epoch * training.iterations());
                listener.epoch(epoch, training.epochs(), rate, loss, null, true);
            }
            return FittedDevNet.of(epochs.parameters(), origin(references), config, backend, true);
        }
    }

    /**
     * References are held back if each fit trains a network. A trained network does not learn from references, so they are
     * scored like other images.
     */
    @Override
    public LeaveOneOut leaveOneOut() {
        return trained == null ? LeaveOneOut.HOLD_BACK : LeaveOneOut.UNUSED;
    }

    /** The network that the training starts from; null for a trained network. */
    @Override
    public FeatureExtractor extractor() {
        return start;
    }

    /** The detector keeps its backbone. The network is trained as a whole, so no features can be stored. */
    @Override
    public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        return lifetime.call(this::use)
                .compute(() -> new DevNetDetector(
                        backend, config, trained == null ? null : trained.copy(), training, start, startFingerprint));
    }

    @Override
    public Weights trained() {
        return trained == null ? new ArrayWeights("DevNet, which trains in its fit") : trained.weights();
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            if (trained != null) {
                trained.close();
            }
        });
    }
}
