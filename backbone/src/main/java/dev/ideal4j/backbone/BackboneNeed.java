package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;

/**
 * What a method needs of a backbone.
 *
 * @param <T> what it takes
 * @param type what it takes
 * @param description the same for messages: {@code a ResNet-18}
 */
public record BackboneNeed<T extends FeatureExtractor>(Class<T> type, String description) {
    /** Takes any backbone. */
    public static final BackboneNeed<FeatureExtractor> ANY =
            new BackboneNeed<>(FeatureExtractor.class, "a feature extractor");

    /** Takes a backbone whose pixels a method can change. */
    public static final BackboneNeed<PixelExtractor> PIXELS =
            new BackboneNeed<>(PixelExtractor.class, "one that shows its pixels: the method changes them");

    /**
     * The backbone as what is needed.
     *
     * @throws InvalidInputException if it is something else
     */
    public T of(FeatureExtractor extractor) {
        if (!type.isInstance(extractor)) {
            throw new InvalidInputException("backbone", extractor.name(), description);
        }
        return type.cast(extractor);
    }
}
