package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.RecordSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DevNet's scoring: one image at a time, forwards for the score and backwards to the pixels for the map. The network's
 * parameters never change here, so any number of threads may score.
 */
final class FittedDevNet extends OpenDetector {
    private final Backend backend;
    private final DevNetConfig config;
    private final String origin;
    private final Scope scope;
    private final Parameters parameters;
    private final DevNetNetwork network;

    /**
     * @param weights with the published names; copied
     */
    FittedDevNet(Weights weights, String origin, DevNetConfig config, Backend backend) {
        super(lifetime(DevNetDetector.METHOD), backend::use);
        this.backend = backend;
        this.config = config;
        this.origin = origin;
        this.scope = Scope.on(backend);
        try {
            this.parameters = Parameters.from(scope, weights);
            this.network = new DevNetNetwork(parameters, config);
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public Map<String, Object> config() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", DevNetDetector.METHOD);
        map.put("weights", origin);
        map.putAll(RecordSettings.toMap(config));
        return Collections.unmodifiableMap(map);
    }

    /** The same network with weights of its own, under another origin. */
    FittedDevNet copy(String name) {
        return during(() -> new FittedDevNet(parameters, name, config, backend));
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (RgbImage image : images) {
            anomalies.add(one(image));
        }
        return anomalies;
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
                return new Anomaly(score, ExplanationMap.of(saliency, side, config.smoothing(), backend), patches);
            }
        }
    }

    /** Absolute values, as they count for the score. */
    private static ScoreMap patches(Tensor map) {
        float[] scores = map.toArray();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(scores[i]);
        }
        return new ScoreMap(map.shape().axis(2), map.shape().axis(1), scores);
    }

    @Override
    protected void saveOpen(Path file) {
        Map<String, Object> settings = new LinkedHashMap<>(RecordSettings.toMap(config));
        settings.put("weights", origin);
        FittedFile.write(file, DevNetDetector.METHOD, settings, parameters);
    }

    /** Builds again what {@link #save} wrote. */
    static FittedDevNet restore(FittedFile file, Backend backend) {
        try {
            return new FittedDevNet(
                    file.tensors(), file.config("weights"), RecordSettings.read(file, DevNetConfig.class), backend);
        } catch (IllegalArgumentException | InvalidInputException e) {
            throw file.unusable(e.getMessage(), "a fitted DevNet detector", e);
        }
    }

    @Override
    protected void free() {
        scope.close();
    }
}
