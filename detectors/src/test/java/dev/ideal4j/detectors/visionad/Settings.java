package dev.ideal4j.detectors.visionad;

/** The published settings with one change. */
final class Settings {
    private Settings() {}

    static VisionAdConfig augmented(boolean support, boolean query) {
        return augmented(support, query, 1);
    }

    /** With a share of the memory bank. */
    static VisionAdConfig coreset(double share) {
        return augmented(true, true, share);
    }

    static VisionAdConfig augmented(boolean support, boolean query, double coreset) {
        VisionAdConfig published = VisionAdConfig.PUBLISHED;
        return new VisionAdConfig(
                support, query, published.scoreSide(), published.topFraction(), published.smoothing(), coreset);
    }
}
