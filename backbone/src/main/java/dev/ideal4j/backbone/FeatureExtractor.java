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
 * A frozen network with its preprocessing: images in, patch features out. Immutable and thread-safe; its weights live
 * until it, or its backend, is closed. Calls that began before {@link #close} finish, later ones throw
 * {@link dev.ideal4j.core.ClosedException}.
 */
public interface FeatureExtractor extends AutoCloseable {
    /** What it is, for reports: {@code dinov2_vits14}, {@code builtin}. */
    String name();

    /** SHA-256 over all weights and the preprocessing, in hex: equal fingerprints give equal features. */
    String fingerprint();

    /** What tells it from others, by name, for records: a result depends on it. */
    default Map<String, String> identity() {
        return new TreeMap<>(Map.of("backbone", name(), "fingerprint", fingerprint()));
    }

    /** Where it computes. */
    Backend backend();

    /**
     * Begins a call that needs this, and its backend, to stay open: {@link #close} waits for it. The methods that compute do
     * so themselves; what calls several of them does it before the first.
     *
     * @return to be closed at the call's end, by the thread that began it
     * @throws dev.ideal4j.core.ClosedException if this or its backend is closed
     */
    default Lifetime.Call use() {
        return backend().use();
    }

    /** Feature width C. */
    int width();

    /** Layers that features come from, L, dividing C. The channels of a patch are those of the first, then of the second, … */
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

    /** Patches of one image, N. */
    default int patches() {
        return gridRows() * gridColumns();
    }

    /**
     * An image as the preprocessing resizes it. Its features have the same bits as the image's own.
     *
     * @param image of any size
     * @return the image itself if this backbone does not tell how it resizes
     */
    default RgbImage resized(RgbImage image) {
        return image;
    }

    /**
     * Resizes and normalises the images and runs the network, a few images at a time. It needs memory for the result and for
     * those few images.
     *
     * @param images any number, none included, of any sizes; each is resized to the input size
     * @param scope owner of the result
     * @return {@code (b, N, C)}: patches row by row, not L2-normalised
     */
    Tensor features(List<RgbImage> images, Scope scope);

    /**
     * Waits for the calls under way, then frees the weights.
     *
     * @throws IllegalStateException if the calling thread is in the middle of a call of this
     */
    @Override
    void close();
}
