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

    /** Turns a few pictures into their patch scores. */
    @FunctionalInterface
    public interface PictureScorer {
        /**
         * Scores patches.
         *
         * @param scope owner of the result
         * @return {@code (b, N)}, higher is more anomalous
         */
        Tensor score(List<RgbImage> images, Scope scope);
    }

    /**
     * How patch scores become an image score and a map.
     *
     * @param scoreSide side of the square that patch scores are upsampled to before the highest are taken for the image
     *     score; 0 for the patches themselves
     * @param top number of highest values whose mean is the image score
     * @param smoothing standard deviation of the Gaussian in pixels; 0 for none
     * @param margin pixels around the network's input that the map covers as well, with the values at its border
     */
    public record Reading(int scoreSide, int top, float smoothing, int margin) {}

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
        PictureScorer pictures = (some, scope) -> scorer.score(extractor.features(some, scope), scope);
        return score(extractor, images, pictures, new Reading(0, top, smoothing, 0));
    }

    /**
     * Scores pictures by their patches.
     *
     * @param images pictures, any number
     * @param scorer scores patches; called once per chunk
     * @return as many as pictures, in their order
     * @throws InvalidInputException if a picture's score is not a number
     */
    public static List<Anomaly> score(
            FeatureExtractor extractor, List<RgbImage> images, PictureScorer scorer, Reading reading) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int first = 0; first < images.size(); first += CHUNK) {
            List<RgbImage> chunk = images.subList(first, Math.min(first + CHUNK, images.size()));
            try (Scope local = extractor.backend().scope()) {
                anomalies.addAll(read(extractor, scorer.score(chunk, local), reading, local));
            }
        }
        return anomalies;
    }

    private static List<Anomaly> read(FeatureExtractor extractor, Tensor patches, Reading reading, Scope scope) {
        int batch = patches.shape().axis(0);
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        Tensor scores = scope.allocate(batch);
        Tensor scored = patches;
        if (reading.scoreSide > 0) {
            Tensor large = scope.allocate(batch, reading.scoreSide, reading.scoreSide);
            extractor.backend().resampling().bilinear(patches.reshape(batch, rows, columns), large);
            scored = large.reshape(batch, reading.scoreSide * reading.scoreSide);
        }
        extractor.backend().reductions().topMean(scored, reading.top, scores);
        Tensor maps = scope.allocate(batch, extractor.inputHeight(), extractor.inputWidth());
        extractor.backend().resampling().bilinear(patches.reshape(batch, rows, columns), maps);
        if (reading.smoothing > 0) {
            extractor.backend().resampling().gaussianBlur(maps, reading.smoothing, maps);
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
                    widened(
                            maps.slice(i, 1).toArray(),
                            extractor.inputWidth(),
                            extractor.inputHeight(),
                            reading.margin),
                    new ScoreMap(columns, rows, patches.slice(i, 1).toArray())));
        }
        return anomalies;
    }

    private static ScoreMap widened(float[] map, int width, int height, int margin) {
        if (margin == 0) {
            return new ScoreMap(width, height, map);
        }
        int wide = width + 2 * margin;
        int high = height + 2 * margin;
        float[] widened = new float[wide * high];
        for (int y = 0; y < high; y++) {
            int from = Math.min(Math.max(y - margin, 0), height - 1) * width;
            for (int x = 0; x < wide; x++) {
                widened[y * wide + x] = map[from + Math.min(Math.max(x - margin, 0), width - 1)];
            }
        }
        return new ScoreMap(wide, high, widened);
    }
}
