package org.example;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A method from outside: the score of a patch is its distance from the mean of the normal patches at its place. */
public final class FarthestMethod implements DetectorMethod {
    static final String NAME = "farthest";
    static final MethodOption<Float> GAIN = MethodOption.of("gain", "G", 1f, "Factor of all scores.");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "distance from the mean image";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(GAIN);
    }

    @Override
    public void check(OptionValues values) {
        if (!(values.get(GAIN) > 0)) {
            throw new InvalidInputException("gain", values.get(GAIN).toString(), "above 0");
        }
    }

    @Override
    public boolean usesAbnormal() {
        return false;
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        check(values);
        return new Unfitted(extractor, values.get(GAIN));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        return new Unfitted(extractor, Float.parseFloat(file.config(GAIN.name())));
    }

    private record Unfitted(FeatureExtractor extractor, float gain) implements FewShotDetector {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Map<String, Object> config() {
            return Map.of("method", NAME, GAIN.name(), gain);
        }

        @Override
        public Scorer scorer(References references, TrainingListener listener) {
            int images = references.normal().size();
            try (Scope scope = extractor.backend().scope()) {
                float[] all = extractor.features(references.normal(), scope).toArray();
                float[] mean = new float[all.length / images];
                for (int i = 0; i < all.length; i++) {
                    mean[i % mean.length] += all[i] / images;
                }
                return new Fitted(extractor, gain, mean);
            }
        }

        @Override
        public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
            return new Unfitted(change.apply(extractor), gain);
        }

        @Override
        public Weights trained() {
            return new ArrayWeights(NAME);
        }

        @Override
        public void close() {}
    }

    private record Fitted(FeatureExtractor extractor, float gain, float[] mean) implements Scorer {
        @Override
        public Map<String, Object> config() {
            return Map.of("method", NAME, GAIN.name(), gain);
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            List<Anomaly> anomalies = new ArrayList<>();
            try (Scope scope = extractor.backend().scope()) {
                Tensor features = extractor.features(images, scope);
                for (int i = 0; i < images.size(); i++) {
                    anomalies.add(anomaly(features.slice(i, 1).toArray()));
                }
            }
            return anomalies;
        }

        private Anomaly anomaly(float[] features) {
            float[] patches = new float[extractor.patches()];
            for (int i = 0; i < features.length; i++) {
                patches[i / extractor.width()] += gain * Math.abs(features[i] - mean[i]);
            }
            ScoreMap map = new ScoreMap(extractor.gridColumns(), extractor.gridRows(), patches);
            return new Anomaly(map.max(), map, map);
        }

        @Override
        public void close() {}
    }
}
