package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import java.util.ArrayList;
import java.util.List;

/** Scores pictures in chunks of fixed size, so that memory stays bounded however many are given. */
public final class Batches {
    /** Pictures in one pass of the network. */
    static final int CHUNK = 8;

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
        return score(extractor, images, byFeatures(extractor, scorer), new Reading(0, top, smoothing, 0));
    }

    /** Runs pictures through the network first. */
    static PictureScorer byFeatures(FeatureExtractor extractor, PatchScorer scorer) {
        return (images, scope) -> scorer.score(extractor.features(images, scope), scope);
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
                Outcome outcome = Outcome.of(extractor, chunk.size(), local);
                outcome.write(scorer.score(chunk, local), reading);
                anomalies.addAll(outcome.read(reading));
            }
        }
        return anomalies;
    }
}
