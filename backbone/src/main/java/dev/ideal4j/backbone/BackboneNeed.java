package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;

/**
 * The requirement of a method on a backbone.
 *
 * @param <T> the required type
 * @param type the class of the required type
 * @param description description for messages: {@code a ResNet-18}
 */
public record BackboneNeed<T extends FeatureExtractor>(Class<T> type, String description) {
    /** Accepts any backbone. */
    public static final BackboneNeed<FeatureExtractor> ANY =
            new BackboneNeed<>(FeatureExtractor.class, "a feature extractor");

    /** Accepts a backbone whose pixels a method can change. */
    public static final BackboneNeed<PixelExtractor> PIXELS =
            new BackboneNeed<>(PixelExtractor.class, "one that shows its pixels: the method changes them");

    /**
     * Casts a backbone to the required type.
     *
     * @throws InvalidInputException if the backbone has another type
     */
    public T of(FeatureExtractor extractor) {
        if (!type.isInstance(extractor)) {
            throw new InvalidInputException("backbone", extractor.name(), description);
        }
        return type.cast(extractor);
    }
}
