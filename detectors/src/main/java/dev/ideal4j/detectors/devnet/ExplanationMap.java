package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.ScoreMap;
import java.util.Arrays;

/** Computes DevNet's map from the gradient of an image's score with respect to its pixels. */
final class ExplanationMap {
    private static final double UPPER = 0.99;

    private ExplanationMap() {}

    /** Sum of the absolute values over the channels: {@code (3, side, side)} to {@code (side · side)}. */
    static float[] saliency(float[] gradient) {
        int pixels = gradient.length / 3;
        float[] sums = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            sums[i] = Math.abs(gradient[i]) + Math.abs(gradient[pixels + i]) + Math.abs(gradient[2 * pixels + i]);
        }
        return sums;
    }

    /**
     * Scales the minimum to 0 and the 99th percentile to 1, clips to [0, 1], and smooths. If the 99th percentile is 0 or is
     * the minimum, the values are not scaled.
     *
     * @param smoothing standard deviation of the Gaussian in pixels; 0 for none
     */
    static ScoreMap of(float[] saliency, int side, float smoothing, Backend backend) {
        float[] scaled = scaled(saliency);
        if (smoothing > 0) {
            try (Scope scope = backend.scope()) {
                Tensor map = scope.upload(scaled, 1, side, side);
                backend.resampling().gaussianBlur(map, smoothing, map);
                scaled = map.toArray();
            }
        }
        return new ScoreMap(side, side, scaled);
    }

    private static float[] scaled(float[] saliency) {
        float[] sorted = saliency.clone();
        Arrays.sort(sorted);
        double position = UPPER * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        double upper = sorted[below] + (position - below) * ((double) sorted[above] - sorted[below]);
        double lower = sorted[0];
        if (!(upper > 0) || upper == lower) {
            return saliency;
        }
        float[] scaled = new float[saliency.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) Math.min(1, Math.max(0, (saliency[i] - lower) / (upper - lower)));
        }
        return scaled;
    }
}
