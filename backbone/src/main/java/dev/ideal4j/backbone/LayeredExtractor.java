package dev.ideal4j.backbone;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;

/**
 * A backbone whose features come from several of its layers, side by side in the channels, and that also takes normalised
 * pixels of other sizes.
 */
public interface LayeredExtractor extends FeatureExtractor {
    /** Layers, L, dividing {@link #width()}. The channels of a patch are those of the first layer, then of the second, … */
    int layers();

    /**
     * What the network makes of some pixels.
     *
     * @param tokens {@code (L, b, N, C/L)}: patches row by row, per image, per layer
     * @param embedding {@code (b, E)}: the image embedding
     */
    record Encoded(Tensor tokens, Tensor embedding) {}

    /** Pictures resized to the input size and normalised, {@code (b, 3, height, width)}, as {@link #features} does it. */
    float[] pixels(List<RgbImage> images);

    /**
     * Runs the network, all images at once.
     *
     * @param pixels {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param scope owner of the result
     */
    Encoded encode(Tensor pixels, Scope scope);
}
