package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.RecordSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DevNet's scoring, one image at a time: a forward pass for the score and a backward pass to the pixels for the map. The
 * network's parameters never change here, so any number of threads may score.
 */
final class FittedDevNet extends OpenDetector {
    private final Backend backend;
    private final DevNetConfig config;
    private final String origin;
    private final Parameters parameters;
    private final DevNetNetwork network;
    private final boolean learnt;

    /**
     * @param weights weights with the published names; copied
     * @param learnt whether the weights were trained on the references
     */
    static FittedDevNet of(Weights weights, String origin, DevNetConfig config, Backend backend, boolean learnt) {
        Scope scope = Scope.on(backend);
        return owning(
                scope, () -> new FittedDevNet(Parameters.from(scope, weights), origin, config, backend, learnt, scope));
    }

    private FittedDevNet(
            Parameters parameters, String origin, DevNetConfig config, Backend backend, boolean learnt, Scope scope) {
        super(lifetime(DevNetDetector.METHOD), backend::use, record(origin, config), scope);
        this.backend = backend;
        this.learnt = learnt;
        this.config = config;
        this.origin = origin;
        this.parameters = parameters;
        this.network = new DevNetNetwork(parameters, config);
    }

    private static Map<String, Object> record(String origin, DevNetConfig config) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", DevNetDetector.METHOD);
        map.put("weights", origin);
        map.putAll(RecordSettings.toMap(config));
        return map;
    }

    /** A copy of this detector with its own weights. */
    FittedDevNet copy() {
        return during(() -> of(parameters, origin, config, backend, learnt));
    }

    /** The weights. */
    Weights weights() {
        return parameters;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            Mask mask = ignored.get(i);
            anomalies.add(mask == null ? one(image) : zeroed(one(mask.hide(image)), mask));
        }
        return anomalies;
    }

    private static Anomaly zeroed(Anomaly anomaly, Mask mask) {
        IgnoredPixels ignored = new IgnoredPixels(mask, new boolean[0]);
        return new Anomaly(
                anomaly.score(),
                ignored.zeroed(anomaly.map()),
                anomaly.patches(),
                ignored.zeroed(anomaly.heat()),
                null);
    }

    private Anomaly one(RgbImage image) {
        int side = config.imageSize();
        try (Scope local = backend.scope()) {
            Parameter pixels = new Parameter("pixels", local.upload(DevNetPixels.of(image, side), 1, 3, side, side));
            try (Tape tape = Tape.recording(backend, List.of(pixels))) {
                DevNetNetwork.Scored scored = network.score(tape.parameter(pixels), false);
                float score = scored.scores().scalar();
                if (!Float.isFinite(score)) {
                    throw new InvalidInputException(origin, "weights that give a score of " + score, "finite weights");
                }
                ScoreMap patches = patches(scored.patches().value());
                tape.backward(scored.scores());
                float[] saliency = ExplanationMap.saliency(tape.gradient(pixels).toArray());
                ScoreMap map = ExplanationMap.of(saliency, side, config.smoothing(), backend);
                return new Anomaly(score, map, patches, shares(map, score), null);
            }
        }
    }

    /** Maps are scaled image by image. Multiplied by the image score, their values are comparable between images. */
    private static ScoreMap shares(ScoreMap map, float score) {
        float[] shares = map.values().clone();
        for (int i = 0; i < shares.length; i++) {
            shares[i] *= score;
        }
        return new ScoreMap(map.width(), map.height(), shares);
    }

    /** Absolute values of the patch scores, because the image score is computed from absolute values. */
    private static ScoreMap patches(Tensor map) {
        float[] scores = map.toArray();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(scores[i]);
        }
        return new ScoreMap(map.shape().axis(2), map.shape().axis(1), scores);
    }

    @Override
    public Weights learnt() {
        return learnt ? parameters : null;
    }
}
