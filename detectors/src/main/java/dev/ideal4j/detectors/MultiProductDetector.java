package dev.ideal4j.detectors;

import dev.ideal4j.core.image.RgbImage;
import java.util.Map;

/** A detector that can be fitted to several products at once and finds out which of them an image shows. */
public interface MultiProductDetector extends FewShotDetector {
    /** Whether settings ask for that; else it is used product by product. */
    boolean isMultiProduct();

    /**
     * Fits to the references of several products.
     *
     * @param products by name, in the order that ties are broken by
     * @throws dev.ideal4j.core.InvalidInputException if there is no product, or one has too few references
     */
    Fitted fit(Map<String, References> products);

    /** Knows several products. Immutable and thread-safe. */
    interface Fitted extends FittedDetector {
        /**
         * The detector for images that show one product, but nobody says which.
         *
         * @param first one of them
         * @return this, or a part of it, which lives as long as this
         */
        FittedDetector forImagesLike(RgbImage first);
    }
}
