package dev.ideal4j.detectors;

import java.util.Map;

/** A detector that can be fitted to several products at once and finds out which of them an image shows. */
public interface MultiProductDetector extends FewShotDetector {
    /** Whether settings ask for that; else it is used product by product. */
    boolean isMultiProduct();

    /**
     * Fits to the references of several products. Verdicts are {@link Verdict#UNKNOWN}.
     *
     * @param products by name, in the order that ties are broken by
     * @throws dev.ideal4j.core.InvalidInputException if there is no product, or one has too few references
     */
    default FittedDetector fit(Map<String, References> products) {
        return FittedDetector.fit(this, products, FitOptions.UNCALIBRATED);
    }

    /**
     * As {@link #fit(Map)}: the least that is needed to score.
     *
     * @param products by name, in the order that ties are broken by
     * @throws dev.ideal4j.core.InvalidInputException if there is no product, or one has too few references
     */
    Scorer scorer(Map<String, References> products);
}
