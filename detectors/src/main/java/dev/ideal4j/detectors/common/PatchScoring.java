package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.support.Chunks;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Scores images by their patches. The image score is the mean of the highest patch scores. The map consists of the patch
 * scores, upsampled bilinearly to the input size and smoothed. Images are processed in chunks, so that memory is bounded
 * whatever their number.
 *
 * @param extractor the backbone
 * @param scoreSide side of the square to which patch scores are upsampled before the highest are taken for the image score;
 *     0 to take the highest patch scores themselves
 * @param top number of highest values whose mean is the image score
 * @param smoothing standard deviation of the Gaussian in pixels; 0 for none
 * @param margin number of pixels around the network's input that the map covers as well, with the values at its border
 */
public record PatchScoring(FeatureExtractor extractor, int scoreSide, int top, float smoothing, int margin) {
    /** Scoring without {@code scoreSide} and without margin. */
    public PatchScoring(FeatureExtractor extractor, int top, float smoothing) {
        this(extractor, 0, top, smoothing, 0);
    }

    /**
     * Scores images by their features.
     *
     * @param images any number
     * @param scorer maps features {@code (b, N, C)} to scores {@code (b, N)} in the given scope; higher is more anomalous;
     *     called once per chunk, and again for parts of a chunk if the device has too little memory for it
     * @return one result for each image, in the order of the images
     * @throws InvalidInputException if an image's score is not a number
     */
    public List<Anomaly> byFeatures(List<RgbImage> images, BiFunction<Tensor, Scope, Tensor> scorer) {
        return byImages(images, (chunk, scope) -> scorer.apply(extractor.features(chunk, scope), scope));
    }

    /**
     * Scores images.
     *
     * @param images any number
     * @param scorer maps a chunk of images to scores {@code (b, N)} in the given scope; higher is more anomalous
     * @return one result for each image, in the order of the images
     * @throws InvalidInputException if an image's score is not a number
     */
    public List<Anomaly> byImages(List<RgbImage> images, BiFunction<List<RgbImage>, Scope, Tensor> scorer) {
        List<Anomaly> anomalies = new ArrayList<>();
        Chunks.run(extractor.backend().imagesAtOnce(), images.size(), (first, count) -> {
            try (Scope local = extractor.backend().scope()) {
                Outcome outcome = outcome(count, local);
                outcome.write(scorer.apply(images.subList(first, first + count), local));
                anomalies.addAll(outcome.read());
            }
        });
        return anomalies;
    }

    /** Scores one image by its features. */
    @FunctionalInterface
    public interface ImageScorer {
        /**
         * Scores one image. The map of the result has the size of the network's input.
         *
         * @param features {@code (N, C)}
         * @param ignored the pixels and patches that do not count, or null if all count
         */
        Anomaly score(Tensor features, IgnoredPixels ignored);
    }

    /**
     * Scores images one by one, for methods with image scores and maps of their own. The network processes several at a time.
     * Maps are extended by the backbone's margin, and are zero where pixels do not count.
     *
     * @param ignored for each image the pixels that do not count, or null
     * @throws InvalidInputException if an image's score is not a number, or no patch of an image counts
     */
    public static List<Anomaly> each(
            FeatureExtractor extractor, List<RgbImage> images, List<Mask> ignored, ImageScorer scorer) {
        List<Anomaly> anomalies = new ArrayList<>();
        Chunks.run(extractor.backend().imagesAtOnce(), images.size(), (first, count) -> {
            List<Anomaly> found = new ArrayList<>();
            try (Scope local = extractor.backend().scope()) {
                Tensor features = extractor.features(images.subList(first, first + count), local);
                for (int i = 0; i < count; i++) {
                    Mask mask = ignored.get(first + i);
                    Tensor rows = features.slice(i, 1).reshape(extractor.patches(), extractor.width());
                    IgnoredPixels out = mask == null ? null : IgnoredPixels.of(mask, extractor);
                    Anomaly anomaly = scorer.score(rows, out);
                    requireFinite(anomaly.score(), extractor);
                    ScoreMap map = widened(anomaly.map(), extractor instanceof PixelExtractor p ? p.margin() : 0);
                    found.add(new Anomaly(anomaly.score(), out == null ? map : out.zeroed(map), anomaly.patches()));
                }
            }
            anomalies.addAll(found);
        });
        return anomalies;
    }

    /**
     * Draws the results of one image into a graph.
     *
     * @param patchScores {@code (1, N)}, on the backend of the graph
     */
    public GraphScorer.Drawn draw(DetectorGraph graph, Tensor patchScores) {
        Outcome outcome = outcome(1, graph.scope());
        outcome.write(patchScores);
        return new GraphScorer.Drawn(
                graph.backend().value(outcome.scores), graph.backend().value(outcome.maps), margin);
    }

    /**
     * Recomputes results without the pixels that do not count.
     *
     * @param ignored for each image the pixels that do not count, or null
     * @throws InvalidInputException if no patch of an image counts
     */
    public List<Anomaly> without(List<Anomaly> anomalies, List<Mask> ignored) {
        List<Anomaly> counted = new ArrayList<>();
        for (int i = 0; i < anomalies.size(); i++) {
            Mask mask = ignored.get(i);
            counted.add(mask == null ? anomalies.get(i) : without(anomalies.get(i), IgnoredPixels.of(mask, extractor)));
        }
        return counted;
    }

    private Anomaly without(Anomaly anomaly, IgnoredPixels ignored) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        ScoreMap patches =
                new ScoreMap(columns, rows, ignored.levelled(anomaly.patches().values()));
        boolean[] out = ignored.patches();
        float score = IgnoredPixels.topMean(
                scoreSide > 0 ? patches.resize(scoreSide, scoreSide) : patches, new Mask(columns, rows, out), top);
        try (Scope local = extractor.backend().scope()) {
            Tensor grid = local.upload(patches.values(), 1, rows, columns);
            Tensor map = local.allocate(1, extractor.inputHeight(), extractor.inputWidth());
            enlarge(grid, map);
            return new Anomaly(score, ignored.zeroed(widened(map.toArray())), patches);
        }
    }

    private void enlarge(Tensor patches, Tensor maps) {
        Backend backend = maps.backend();
        backend.resampling().bilinear(patches, maps);
        if (smoothing > 0) {
            backend.resampling().gaussianBlur(maps, smoothing, maps);
        }
    }

    /** Allocates the results of a forward pass. */
    Outcome outcome(int batch, Scope scope) {
        int each = extractor.patches() + extractor.inputHeight() * extractor.inputWidth() + 1;
        return new Outcome(scope.allocate(Math.multiplyExact(batch, each)), batch);
    }

    /** The results of a forward pass in one block of device memory, so that one copy brings them to the host. */
    final class Outcome {
        private final Tensor all;
        private final int batch;
        /** {@code (b, rows, columns)}. */
        private final Tensor patches;
        /** {@code (b, height, width)}. */
        private final Tensor maps;
        /** {@code (b)}. */
        private final Tensor scores;

        private Outcome(Tensor all, int batch) {
            int height = extractor.inputHeight();
            int width = extractor.inputWidth();
            int count = batch * extractor.patches();
            this.all = all;
            this.batch = batch;
            this.patches = all.slice(0, count).reshape(batch, extractor.gridRows(), extractor.gridColumns());
            this.maps = all.slice(count, batch * height * width).reshape(batch, height, width);
            this.scores = all.slice((int) all.shape().size() - batch, batch);
        }

        /** The memory of all results: patch scores of all images, then maps, then image scores. */
        Tensor all() {
            return all;
        }

        /** Number of images. */
        int batch() {
            return batch;
        }

        /**
         * Enqueues the commands that compute the results from patch scores.
         *
         * @param patchScores {@code (b, N)}
         */
        void write(Tensor patchScores) {
            Backend backend = all.backend();
            backend.copy(patchScores, patches);
            try (Scope scratch = backend.scope()) {
                Tensor scored = patchScores;
                if (scoreSide > 0) {
                    Tensor large = scratch.allocate(batch, scoreSide, scoreSide);
                    backend.resampling().bilinear(patches, large);
                    scored = large.reshape(batch, scoreSide * scoreSide);
                }
                backend.reductions().topMean(scored, top, scores);
            }
            enlarge(patches, maps);
        }

        /**
         * Copies the results to the host.
         *
         * @throws InvalidInputException if an image's score is not a number
         */
        List<Anomaly> read() {
            float[] values = all.toArray();
            int count = extractor.patches();
            int pixels = extractor.inputHeight() * extractor.inputWidth();
            List<Anomaly> anomalies = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                float score = values[values.length - batch + i];
                requireFinite(score, extractor);
                int map = batch * count + i * pixels;
                float[] found = Arrays.copyOfRange(values, i * count, (i + 1) * count);
                anomalies.add(new Anomaly(
                        score,
                        widened(Arrays.copyOfRange(values, map, map + pixels)),
                        new ScoreMap(extractor.gridColumns(), extractor.gridRows(), found)));
            }
            return anomalies;
        }
    }

    private static void requireFinite(float score, FeatureExtractor extractor) {
        if (!Float.isFinite(score)) {
            throw new InvalidInputException(
                    extractor.name(), "features that give a score of " + score, "finite features");
        }
    }

    private ScoreMap widened(float[] map) {
        return widened(new ScoreMap(extractor.inputWidth(), extractor.inputHeight(), map), margin);
    }

    private static ScoreMap widened(ScoreMap map, int margin) {
        if (margin == 0) {
            return map;
        }
        int wide = map.width() + 2 * margin;
        int high = map.height() + 2 * margin;
        float[] widened = new float[wide * high];
        for (int y = 0; y < high; y++) {
            int from = Math.min(Math.max(y - margin, 0), map.height() - 1);
            for (int x = 0; x < wide; x++) {
                widened[y * wide + x] = map.at(Math.min(Math.max(x - margin, 0), map.width() - 1), from);
            }
        }
        return new ScoreMap(wide, high, widened);
    }
}
