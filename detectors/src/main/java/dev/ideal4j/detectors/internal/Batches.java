package dev.ideal4j.detectors.internal;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import java.util.ArrayList;
import java.util.List;

/** Scores pictures in chunks of fixed size, so that memory stays bounded however many are given. */
public final class Batches {
    /** Pictures in one pass of the network. */
    private static final int CHUNK = 8;

    private Batches() {}

    /** Turns the features of a few pictures into their patch scores. */
    @FunctionalInterface
    public interface PatchScorer {
        /**
         * Scores patches.
         *
         * @param features {@code (b, N, C)}
         * @param scope owner of the result
         * @return {@code (b, N)}, higher is more anomalous
         */
        Tensor score(Tensor features, Scope scope);
    }

    /**
     * Scores pictures by their patches: the image score is the mean of the highest patch scores, the map the patch scores
     * upsampled bilinearly to the input size and smoothed.
     *
     * @param images pictures, any number
     * @param scorer scores patches; called once per chunk
     * @param top number of patches whose mean is the image score
     * @param smoothing standard deviation of the Gaussian in pixels; 0 for none
     * @return as many as pictures, in their order
     * @throws InvalidInputException if a picture's score is not a number
     */
    public static List<Anomaly> score(
            FeatureExtractor extractor, List<RgbImage> images, PatchScorer scorer, int top, float smoothing) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int first = 0; first < images.size(); first += CHUNK) {
            List<RgbImage> chunk = images.subList(first, Math.min(first + CHUNK, images.size()));
            try (Scope local = extractor.backend().scope()) {
                Tensor patches = scorer.score(extractor.features(chunk, local), local);
                anomalies.addAll(read(extractor, patches, top, smoothing, local));
            }
        }
        return anomalies;
    }

    private static List<Anomaly> read(
            FeatureExtractor extractor, Tensor patches, int top, float smoothing, Scope scope) {
        int batch = patches.shape().axis(0);
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        Tensor scores = scope.allocate(batch);
        extractor.backend().reductions().topMean(patches, top, scores);
        Tensor maps = scope.allocate(batch, extractor.inputHeight(), extractor.inputWidth());
        extractor.backend().resampling().bilinear(patches.reshape(batch, rows, columns), maps);
        if (smoothing > 0) {
            extractor.backend().resampling().gaussianBlur(maps, smoothing, maps);
        }
        float[] imageScores = scores.toArray();
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            if (!Float.isFinite(imageScores[i])) {
                throw new InvalidInputException(
                        extractor.name(), "features that give a score of " + imageScores[i], "finite features");
            }
            anomalies.add(new Anomaly(
                    imageScores[i],
                    new ScoreMap(
                            extractor.inputWidth(),
                            extractor.inputHeight(),
                            maps.slice(i, 1).toArray()),
                    new ScoreMap(columns, rows, patches.slice(i, 1).toArray())));
        }
        return anomalies;
    }
}
