package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.Arrays;
import java.util.List;

/**
 * A feature extractor that shows the images as its network takes them, so that a method can change them there. Its work has
 * two parts: what the host prepares, and what the device then does, which is the same for all images, so that a
 * {@link dev.ideal4j.core.Backend} can record it.
 */
public interface PixelExtractor extends FeatureExtractor {
    /** Pixels that are cut off on each side after resizing to the input size and twice this. */
    default int margin() {
        return 0;
    }

    /** Images that go through the network at once, which bounds the memory. */
    default int batch() {
        return 8;
    }

    /**
     * Resizes, cuts and normalises.
     *
     * @param images of any sizes
     * @return {@code (b, 3, inputHeight, inputWidth)}, row-major
     */
    float[] pixels(List<RgbImage> images);

    /** Numbers that the device gets of an image, S. */
    default int preparedSize() {
        return 3 * inputHeight() * inputWidth();
    }

    /**
     * The host's part after {@link #pixels}.
     *
     * @param pixels {@code (b, 3, inputHeight, inputWidth)}; not modified
     * @return {@code (b, S)}, row-major; may be {@code pixels}
     */
    default float[] prepare(float[] pixels) {
        return pixels;
    }

    /**
     * The device's part. From its second time on it gives the device nothing but commands.
     *
     * @param prepared {@code (b, S)}, as {@link #prepare} gives it; not modified
     * @param features {@code (b, N, C)}, written: patches row by row, not L2-normalised
     */
    void features(Tensor prepared, Tensor features);

    /** Prepares no more images at a time than go through the network at once. */
    @Override
    default Tensor features(List<RgbImage> images, Scope scope) {
        Lifetime.Call call = use();
        try {
            Tensor features = scope.allocate(images.size(), patches(), width());
            for (int first = 0; first < images.size(); first += batch()) {
                List<RgbImage> some = images.subList(first, Math.min(images.size(), first + batch()));
                run(pixels(some), features.slice(first, some.size()));
            }
            return features;
        } finally {
            call.close();
        }
    }

    /**
     * Runs the network, a few images at a time.
     *
     * @param pixels {@code (count, 3, inputHeight, inputWidth)} as {@link #pixels} gives them; not modified
     * @param scope owner of the result
     * @return {@code (count, N, C)}: patches row by row, not L2-normalised
     */
    default Tensor features(float[] pixels, int count, Scope scope) {
        Lifetime.Call call = use();
        try {
            int size = 3 * inputHeight() * inputWidth();
            Tensor features = scope.allocate(count, patches(), width());
            for (int first = 0; first < count; first += batch()) {
                int some = Math.min(batch(), count - first);
                float[] part = some == count ? pixels : Arrays.copyOfRange(pixels, first * size, (first + some) * size);
                run(part, features.slice(first, some));
            }
            return features;
        } finally {
            call.close();
        }
    }

    private void run(float[] pixels, Tensor features) {
        try (Scope local = backend().scope()) {
            features(local.upload(prepare(pixels), features.shape().axis(0), preparedSize()), features);
        }
    }

    /**
     * What the network says of images as wholes; by default the sums of their patches' features, as good as means for
     * cosines.
     *
     * @param pixels {@code (count, 3, inputHeight, inputWidth)}; not modified
     * @param scope owner of the result
     * @return {@code (count, E)}
     */
    default Tensor imageEmbeddings(float[] pixels, int count, Scope scope) {
        Lifetime.Call call = use();
        try (Scope local = backend().scope()) {
            Tensor sums = scope.allocate(count, width());
            Tensor features = features(pixels, count, local);
            for (int i = 0; i < count; i++) {
                Tensor rows = features.slice(i, 1).reshape(patches(), width());
                backend().reductions().columnSum(rows, sums.slice(i, 1).reshape(width()));
            }
            return sums;
        } finally {
            call.close();
        }
    }

    /**
     * What the network makes of some pixels.
     *
     * @param tokens {@code (L, b, N, C/L)}: patches row by row, per image, per layer
     * @param embedding {@code (b, E)}: the image embedding; it may have no columns
     */
    record Encoded(Tensor tokens, Tensor embedding) {}

    /** Whether {@link #encode} takes pixels, of the input size and of other sizes. */
    default boolean encodes() {
        return false;
    }

    /**
     * Runs the network, all images at once.
     *
     * @param pixels {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param scope owner of the result
     * @throws InvalidInputException if this does not {@link #encodes encode}
     */
    default Encoded encode(Tensor pixels, Scope scope) {
        throw new InvalidInputException("backbone", name() + ", which takes whole images alone", "one that encodes");
    }
}
