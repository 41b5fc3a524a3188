package dev.ideal4j.detectors;

/** Evaluates a detector during its training. */
@FunctionalInterface
public interface Validation {
    /**
     * Mean metrics over the products of the validation data set.
     *
     * @param imageAuroc image AUROC
     * @param pixelAuroc pixel AUROC
     */
    record Scores(double imageAuroc, double pixelAuroc) {
        /** The sum by which the best checkpoint is chosen; NaN if either metric is NaN. */
        public double sum() {
            return imageAuroc + pixelAuroc;
        }
    }

    /** Evaluates a detector. The caller closes the detector. */
    Scores evaluate(FewShotDetector detector);
}
