package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Convolutions. */
public final class Convolution {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Convolution(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Cuts images into patches, so that a convolution whose stride is its kernel size becomes a linear layer. A row holds
     * (channel, row in patch, column in patch), as a convolution's weight does; patches go row by row.
     *
     * @param images {@code (b, c, h, w)}, h and w multiples of {@code size}
     * @param size side of a patch in pixels
     * @param out {@code (b, h/size · w/size, c·size·size)}
     */
    public void patches(Tensor images, int size, Tensor out) {
        checkPatches(images, size, out);
        implementation.patches(images, size, out);
    }

    /**
     * Gathers the window around each position, so that a convolution becomes a linear layer; channels last. A row holds
     * (row in window, column in window, channel); windows go row by row. Outside the image are zeros.
     *
     * @param images {@code (b, h, w, c)}
     * @param out {@code (b, h′·w′, kernel·kernel·c)}, h′ and w′ from {@link Window#count}
     */
    public void unfold(Tensor images, Window window, Tensor out) {
        checkUnfold(images, window, out);
        implementation.unfold(images, window, out);
    }

    /**
     * Gradient of {@link #unfold}, written: the sum of what each pixel's copies hold.
     *
     * @param dOut {@code (b, h′·w′, kernel·kernel·c)}
     * @param dImages {@code (b, h, w, c)}
     */
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        checkUnfold(dImages, window, dOut);
        implementation.fold(dOut, window, dImages);
    }

    /** Checks for {@link #unfold}, and {@link #fold} with {@code dImages} for {@code images}. */
    private static void checkUnfold(Tensor images, Window window, Tensor out) {
        Checks.rank("images", images.shape(), 4);
        Checks.shape("out", out.shape(), window.unfolded(images.shape()).toArray());
        Checks.separate("out", out, images);
    }

    /** Checks for {@link #patches}. */
    private static void checkPatches(Tensor images, int size, Tensor out) {
        Checks.rank("images", images.shape(), 4);
        Checks.range("patch size", size, 1, 1 << 14);
        int height = images.shape().axis(2);
        int width = images.shape().axis(3);
        if (height % size != 0 || width % size != 0) {
            throw new InvalidInputException("images", height + "×" + width, "sides that are multiples of " + size);
        }
        int channels = images.shape().axis(1);
        Checks.shape(
                "out", out.shape(), images.shape().axis(0), (height / size) * (width / size), channels * size * size);
        Checks.separate("out", out, images);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void patches(Tensor images, int size, Tensor out);

        void unfold(Tensor images, Window window, Tensor out);

        void fold(Tensor dOut, Window window, Tensor dImages);
    }
}
