package dev.ideal4j.backbone;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;

/** A feature extractor that shows the pictures as its network takes them, so that a method can change them there. */
public interface PixelExtractor extends FeatureExtractor {
    /** Pixels that are cut off on each side after resizing to the input size and twice this. */
    default int margin() {
        return 0;
    }

    /**
     * Resizes, cuts and normalises.
     *
     * @param images of any sizes
     * @return {@code (b, 3, inputHeight, inputWidth)}, row-major
     */
    float[] pixels(List<RgbImage> images);

    /**
     * Runs the network, a few pictures at a time.
     *
     * @param pixels {@code (count, 3, inputHeight, inputWidth)} as {@link #pixels} gives them; not modified
     * @param scope owner of the result
     * @return {@code (count, N, C)}: patches row by row, not L2-normalised
     */
    Tensor features(float[] pixels, int count, Scope scope);

    /**
     * What the network says of pictures as wholes.
     *
     * @param pixels {@code (count, 3, inputHeight, inputWidth)}; not modified
     * @param scope owner of the result
     * @return {@code (count, E)}
     */
    Tensor imageEmbeddings(float[] pixels, int count, Scope scope);

    @Override
    default Tensor features(List<RgbImage> images, Scope scope) {
        return features(pixels(images), images.size(), scope);
    }
}
