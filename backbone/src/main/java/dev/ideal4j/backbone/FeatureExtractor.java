package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A frozen network with its preprocessing, which computes patch features of images. Immutable and thread-safe. The
 * weights stay allocated until this extractor or its backend is closed. Calls that began before {@link #close} finish,
 * and later calls throw {@link dev.ideal4j.core.ClosedException}.
 */
public interface FeatureExtractor extends AutoCloseable {
    /** The name of the network for reports: {@code dinov2_vits14}, {@code builtin}. */
    String name();

    /**
     * SHA-256 of all weights and the preprocessing, in hexadecimal. Extractors with equal fingerprints give equal
     * features.
     */
    String fingerprint();

    /** Named properties that identify this extractor, to be stored with results that depend on it. */
    default Map<String, String> identity() {
        return new TreeMap<>(Map.of("backbone", name(), "fingerprint", fingerprint()));
    }

    /** The backend on which this extractor computes. */
    Backend backend();

    /**
     * Begins a call during which this extractor and its backend must stay open: {@link #close} waits until the call
     * ends. Methods that compute features do this themselves. A caller of several methods should do it before the
     * first.
     *
     * @return the call; the thread that began it must close it at the end
     * @throws dev.ideal4j.core.ClosedException if this extractor or its backend is closed
     */
    default Lifetime.Call use() {
        return backend().use();
    }

    /** Feature width C. */
    int width();

    /**
     * Number of layers L whose features are used; it divides C. The channels of a patch are those of the first layer,
     * then those of the second layer, and so on.
     */
    default int layers() {
        return 1;
    }

    /** Height of the input after resizing, in pixels. */
    int inputHeight();

    /** Width of the input after resizing, in pixels. */
    int inputWidth();

    /** Side of a patch, in pixels. */
    int patchSize();

    /** Rows of the patch grid. */
    default int gridRows() {
        return inputHeight() / patchSize();
    }

    /** Columns of the patch grid. */
    default int gridColumns() {
        return inputWidth() / patchSize();
    }

    /** Number of patches of an image, N. */
    default int patches() {
        return gridRows() * gridColumns();
    }

    /**
     * Resizes an image like the preprocessing. The resized image has the same features as the original, bit for bit.
     *
     * @param image an image of any size
     * @return the resized image, or the image itself if this backbone does not provide its resizing
     */
    default RgbImage resized(RgbImage image) {
        return image;
    }

    /**
     * Resizes and normalises the images and runs the network on a few images at a time. This needs memory for the
     * result and for these few images.
     *
     * @param images any number of images of any sizes, possibly none; each is resized to the input size
     * @param scope owner of the result
     * @return {@code (b, N, C)}: patches in row-major order, not L2-normalised
     */
    Tensor features(List<RgbImage> images, Scope scope);

    /**
     * Waits for the running calls, then frees the weights.
     *
     * @throws IllegalStateException if the calling thread is itself inside such a call
     */
    @Override
    void close();
}
