package dev.ideal4j.eval.evaluate;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A detector whose score is the difference of the pixels from the mean of the references. For tests only. */
public class BrightnessDetector implements FewShotDetector {
    private static final int SIDE = 32;

    private final Consumer<RgbImage> watcher;

    /** Makes a detector that passes each image to {@code watcher} before it is scored. */
    public BrightnessDetector(Consumer<RgbImage> watcher) {
        this.watcher = watcher;
    }

    /** Makes a detector without a watcher. */
    public BrightnessDetector() {
        this(image -> {});
    }

    @Override
    public String name() {
        return "brightness";
    }

    @Override
    public Map<String, Object> config() {
        return Map.of("method", name(), "side", SIDE, "exponent", 0.1f);
    }

    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        double sum = 0;
        for (RgbImage image : references.normal()) {
            sum += mean(image);
        }
        return new Fitted(sum / references.normal().size());
    }

    /** The values of the map, from the correct values. Subclasses may change them. */
    protected float value(float value, int x, int y) {
        return value;
    }

    /** The score of the image, from the correct score. Subclasses may change it. */
    protected float imageScore(float score) {
        return score;
    }

    private static double mean(RgbImage image) {
        double sum = 0;
        for (byte sample : image.samples()) {
            sum += sample & 0xff;
        }
        return sum / image.samples().length;
    }

    @Override
    public FeatureExtractor extractor() {
        return null;
    }

    @Override
    public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        return this;
    }

    @Override
    public Weights trained() {
        return new ArrayWeights("nothing trained");
    }

    @Override
    public void close() {}

    private final class Fitted implements Scorer {
        private final double usual;

        Fitted(double usual) {
            this.usual = usual;
        }

        @Override
        public Map<String, Object> config() {
            return BrightnessDetector.this.config();
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            List<Anomaly> anomalies = new ArrayList<>();
            for (RgbImage image : images) {
                watcher.accept(image);
                float[] values = new float[SIDE * SIDE];
                float most = 0;
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        int pixel = y * image.height() / SIDE * image.width() + x * image.width() / SIDE;
                        values[y * SIDE + x] = (float) (Math.abs((image.samples()[3 * pixel] & 0xff) - usual) / 255);
                        values[y * SIDE + x] = value(values[y * SIDE + x], x, y);
                        most = Math.max(most, values[y * SIDE + x]);
                    }
                }
                ScoreMap map = new ScoreMap(SIDE, SIDE, values);
                float score = (float) ((Float.isNaN(most) ? 0 : most) + mean(image) / 1e4);
                anomalies.add(new Anomaly(imageScore(score), map, map));
            }
            return anomalies;
        }

        @Override
        public void close() {}
    }
}
