package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.support.Chunks;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A feature extractor that exposes the network's input pixels, so that a method can change them. The work has two
 * parts. The host prepares the images, and the device then runs commands that are the same for all images, so that a
 * {@link dev.ideal4j.core.Backend} can record them.
 */
public interface PixelExtractor extends FeatureExtractor {
    /** Pixels that are cut off on each side. An image is resized to the input size plus twice this margin. */
    default int margin() {
        return 0;
    }

    /** Number of images that run through the network at once, at most. It limits the memory. */
    default int batch() {
        return backend().imagesAtOnce();
    }

    /** The filter by which images are resized. */
    PillowResize.Filter filter();

    /** The normalisation of resized images. */
    ImageNormalization normalization();

    @Override
    default RgbImage resized(RgbImage image) {
        return PillowResize.resize(image, inputWidth() + 2 * margin(), inputHeight() + 2 * margin(), filter());
    }

    /**
     * Resizes images by the {@link #filter}, cuts the {@link #margin} off and normalises. A backbone that overrides this
     * method cannot be exported as ONNX.
     *
     * @param images images of any sizes
     * @return {@code (b, 3, inputHeight, inputWidth)} in row-major order
     */
    default float[] pixels(List<RgbImage> images) {
        return PixelBatch.of(images, inputHeight(), inputWidth(), margin(), filter(), normalization());
    }

    /** Number of values per image that are copied to the device, S. */
    default int preparedSize() {
        return 3 * inputHeight() * inputWidth();
    }

    /**
     * Runs the part of the host after {@link #pixels}.
     *
     * @param pixels {@code (b, 3, inputHeight, inputWidth)}; not modified
     * @param prepared {@code (b, S)}, written
     */
    default void prepare(float[] pixels, Tensor prepared) {
        prepared.write(pixels);
    }

    /**
     * Runs the part of the host for images: {@link #pixels}, then {@link #prepare} when the result is called. An extractor may do
     * this with other steps, but the values must have the same bits.
     *
     * @param images images of any sizes
     * @return writes the values to a tensor {@code (b, S)}
     */
    default Consumer<Tensor> preparation(List<RgbImage> images) {
        float[] pixels = pixels(images);
        return prepared -> prepare(pixels, prepared);
    }

    /**
     * Runs the part of the device. From the second call on, this method only issues commands to the device.
     *
     * @param prepared {@code (b, S)} from {@link #prepare}; not modified
     * @param features {@code (b, N, C)}, written: patches in row-major order, not L2-normalised
     */
    void features(Tensor prepared, Tensor features);

    /**
     * Runs work on at most {@link #batch} images at a time, during a call of {@link #use}.
     *
     * @param prepared {@code (b, S)}
     * @param features {@code (b, N, C)}
     * @param work takes the prepared values and the features of some images
     */
    default void inBatches(Tensor prepared, Tensor features, BiConsumer<Tensor, Tensor> work) {
        use().run(() -> {
            int count = prepared.shape().axis(0);
            for (int first = 0; first < count; first += batch()) {
                int some = Math.min(batch(), count - first);
                work.accept(prepared.slice(first, some), features.slice(first, some));
            }
        });
    }

    /** Prepares at most {@link #batch} images at a time, and fewer if the device has too little memory for them. */
    @Override
    default Tensor features(List<RgbImage> images, Scope scope) {
        return use().compute(() -> {
            Tensor features = scope.allocate(images.size(), patches(), width());
            Chunks.run(
                    batch(),
                    images.size(),
                    (first, some) ->
                            run(preparation(images.subList(first, first + some)), features.slice(first, some)));
            return features;
        });
    }

    /**
     * Runs the network on a few images at a time.
     *
     * @param pixels {@code (count, 3, inputHeight, inputWidth)} from {@link #pixels}; not modified
     * @param scope owner of the result
     * @return {@code (count, N, C)}: patches in row-major order, not L2-normalised
     */
    default Tensor features(float[] pixels, int count, Scope scope) {
        return use().compute(() -> {
            int size = 3 * inputHeight() * inputWidth();
            Tensor features = scope.allocate(count, patches(), width());
            Chunks.run(batch(), count, (first, some) -> {
                float[] part = some == count ? pixels : Arrays.copyOfRange(pixels, first * size, (first + some) * size);
                run(prepared -> prepare(part, prepared), features.slice(first, some));
            });
            return features;
        });
    }

    private void run(Consumer<Tensor> preparation, Tensor features) {
        try (Scope local = backend().scope()) {
            Tensor prepared = local.allocateUninitialised(features.shape().axis(0), preparedSize());
            preparation.accept(prepared);
            features(prepared, features);
        }
    }

    /**
     * Computes embeddings of whole images. The default is the sum of the features of all patches, which has the same
     * cosines as the mean.
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
     * The result of the network for some pixels.
     *
     * @param tokens {@code (L, b, N, C/L)}: patches in row-major order, per image and layer
     * @param embedding {@code (b, E)}: the image embedding; it may have no columns
     */
    record Encoded(Tensor tokens, Tensor embedding) {}

    /** Whether {@link #encode} is supported, for the input size and other sizes. */
    default boolean encodes() {
        return false;
    }

    /**
     * Runs the network on all images at once.
     *
     * @param pixels {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param scope owner of the result
     * @throws InvalidInputException if this extractor does not support it, see {@link #encodes}
     */
    default Encoded encode(Tensor pixels, Scope scope) {
        throw new InvalidInputException("backbone", name() + ", which takes whole images alone", "one that encodes");
    }
}
