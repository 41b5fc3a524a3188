package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.nve.NormalVariationEraser;

/**
 * Settings of IDEAL.
 *
 * @param eraser settings of the erasing of normal variation
 * @param heads attention heads of the encoder, a divisor of the feature width
 * @param orthonormal whether the deviation vectors are made orthonormal, so that they define a projection; the published
 *     method does not do this
 * @param pseudoMask whether the masks of abnormal references are ignored and the 1 % of their patches with the longest
 *     residuals are marked instead; needs normal references
 * @param smoothing standard deviation in pixels of the Gaussian that smooths the map; 0 for none
 * @param topFraction share of the highest patch scores, at least one patch, whose mean is the image score; above 0, at
 *     most 1
 */
public record IdealConfig(
        NormalVariationEraser.Settings eraser,
        int heads,
        boolean orthonormal,
        boolean pseudoMask,
        float smoothing,
        double topFraction) {
    /** The published settings: k = 12, r = 4, α = 0.8, 8 heads, σ = 4, the top 1 %. */
    public static final IdealConfig PUBLISHED = builder().build();

    /**
     * Checks the ranges that do not depend on the backbone.
     *
     * @throws InvalidInputException if a value is out of its range
     */
    public IdealConfig {
        Ranges.atLeast("heads", heads, 1);
        Ranges.smoothing(smoothing);
        Ranges.positiveShare("top fraction", topFraction);
    }

    /** Creates a builder with the published settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Number of patches whose mean score is the image score: {@code max(1, ⌊topFraction · patches⌋)}. */
    int topPatches(int patches) {
        return Math.max(1, (int) (topFraction * patches));
    }

    /** Builds settings, starting from the published ones. */
    public static final class Builder {
        private int neighbours = NormalVariationEraser.Settings.PUBLISHED.neighbours();
        private int rank = NormalVariationEraser.Settings.PUBLISHED.rank();
        private float strength = NormalVariationEraser.Settings.PUBLISHED.strength();
        private int heads = IntrinsicDeviationEncoder.PUBLISHED_HEADS;
        private boolean orthonormal;
        private boolean pseudoMask;
        private float smoothing = 4;
        private double topFraction = 0.01;

        private Builder() {}

        /** Number of nearest normal patches of the eraser, k. */
        public Builder neighbours(int neighbours) {
            this.neighbours = neighbours;
            return this;
        }

        /** Number of directions erased, r. */
        public Builder rank(int rank) {
            this.rank = rank;
            return this;
        }

        /** Share of the variation erased, α. */
        public Builder strength(float strength) {
            this.strength = strength;
            return this;
        }

        /** Number of attention heads of the encoder. */
        public Builder heads(int heads) {
            this.heads = heads;
            return this;
        }

        /** Whether the deviation vectors are made orthonormal. */
        public Builder orthonormal(boolean orthonormal) {
            this.orthonormal = orthonormal;
            return this;
        }

        /** Whether residuals instead of the given masks mark the defects of abnormal references. */
        public Builder pseudoMask(boolean pseudoMask) {
            this.pseudoMask = pseudoMask;
            return this;
        }

        /** Standard deviation of the map's smoothing in pixels; 0 for none. */
        public Builder smoothing(float smoothing) {
            this.smoothing = smoothing;
            return this;
        }

        /** Share of the highest patch scores whose mean is the image score. */
        public Builder topFraction(double topFraction) {
            this.topFraction = topFraction;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public IdealConfig build() {
            return new IdealConfig(
                    new NormalVariationEraser.Settings(neighbours, rank, strength),
                    heads,
                    orthonormal,
                    pseudoMask,
                    smoothing,
                    topFraction);
        }
    }
}
