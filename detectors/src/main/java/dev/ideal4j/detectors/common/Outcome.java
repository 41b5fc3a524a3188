package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a pass finds out about some pictures, side by side on the device, so that one copy brings it to the host.
 *
 * @param all the memory: patch scores of all pictures, then maps, then image scores
 * @param batch number of pictures
 */
record Outcome(FeatureExtractor extractor, Tensor all, int batch) {
    /** Room for the outcome of some pictures. */
    static Outcome of(FeatureExtractor extractor, int batch, Scope scope) {
        int each = extractor.patches() + extractor.inputHeight() * extractor.inputWidth() + 1;
        return new Outcome(extractor, scope.allocate(Math.multiplyExact(batch, each)), batch);
    }

    /** {@code (b, rows, columns)}. */
    private Tensor patches() {
        return all.slice(0, batch * extractor.patches()).reshape(batch, extractor.gridRows(), extractor.gridColumns());
    }

    /** {@code (b, height, width)}. */
    private Tensor maps() {
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        return all.slice(batch * extractor.patches(), batch * height * width).reshape(batch, height, width);
    }

    /** {@code (b)}. */
    private Tensor scores() {
        return all.slice((int) all.shape().size() - batch, batch);
    }

    /**
     * Gives the device the commands that make the outcome of patch scores.
     *
     * @param patchScores {@code (b, N)}
     */
    void write(Tensor patchScores, Batches.Reading reading) {
        Backend backend = all.backend();
        backend.copy(patchScores, patches());
        try (Scope scratch = backend.scope()) {
            Tensor scored = patchScores;
            if (reading.scoreSide() > 0) {
                Tensor large = scratch.allocate(batch, reading.scoreSide(), reading.scoreSide());
                backend.resampling().bilinear(patches(), large);
                scored = large.reshape(batch, reading.scoreSide() * reading.scoreSide());
            }
            backend.reductions().topMean(scored, reading.top(), scores());
        }
        backend.resampling().bilinear(patches(), maps());
        if (reading.smoothing() > 0) {
            backend.resampling().gaussianBlur(maps(), reading.smoothing(), maps());
        }
    }

    /**
     * Brings it to the host.
     *
     * @throws InvalidInputException if a picture's score is not a number
     */
    List<Anomaly> read(Batches.Reading reading) {
        float[] values = all.toArray();
        int patches = extractor.patches();
        int pixels = extractor.inputHeight() * extractor.inputWidth();
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            float score = values[values.length - batch + i];
            if (!Float.isFinite(score)) {
                throw new InvalidInputException(
                        extractor.name(), "features that give a score of " + score, "finite features");
            }
            int map = batch * patches + i * pixels;
            anomalies.add(new Anomaly(
                    score,
                    widened(Arrays.copyOfRange(values, map, map + pixels), reading.margin()),
                    new ScoreMap(
                            extractor.gridColumns(),
                            extractor.gridRows(),
                            Arrays.copyOfRange(values, i * patches, (i + 1) * patches))));
        }
        return anomalies;
    }

    private ScoreMap widened(float[] map, int margin) {
        int width = extractor.inputWidth();
        int height = extractor.inputHeight();
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
