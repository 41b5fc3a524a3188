package dev.ideal4j.detectors;

/** Judges a detector while it is being trained. */
@FunctionalInterface
public interface Validation {
    /**
     * Means over the target's products.
     *
     * @param imageAuroc image AUROC
     * @param pixelAuroc pixel AUROC
     */
    record Scores(double imageAuroc, double pixelAuroc) {
        /** What the best checkpoint has most of; NaN if either is. */
        public double sum() {
            return imageAuroc + pixelAuroc;
        }
    }

    /** Evaluates a detector, which stays the caller's. */
    Scores evaluate(FewShotDetector detector);
}
