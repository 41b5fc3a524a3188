package dev.ideal4j.detectors;

import java.util.Map;

/** A detector that can be fitted to several products at once and then recognises the product of each image. */
public interface MultiProductDetector extends FewShotDetector {
    /** Whether the settings choose this mode. If not, the detector is fitted to one product at a time. */
    boolean isMultiProduct();

    /**
     * Fits to the references of several products. Verdicts are {@link Verdict#UNKNOWN}.
     *
     * @param products references by product name; of products with equal likeness to an image, the first one is chosen
     * @throws dev.ideal4j.core.InvalidInputException if there is no product, or one has too few references
     */
    default FittedDetector fit(Map<String, References> products) {
        return FittedDetector.fit(this, products, FitOptions.UNCALIBRATED);
    }

    /**
     * As {@link #fit(Map)}, but returns a plain scorer.
     *
     * @param products references by product name; of products with equal likeness to an image, the first one is chosen
     * @throws dev.ideal4j.core.InvalidInputException if there is no product, or one has too few references
     */
    Scorer scorer(Map<String, References> products);
}
