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
     * Gradient of {@link #unfold}, written: for each pixel, the sum over its copies.
     *
     * @param dOut {@code (b, h′·w′, kernel·kernel·c)}
     * @param dImages {@code (b, h, w, c)}
     */
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        checkUnfold(dImages, window, dOut);
        implementation.fold(dOut, window, dImages);
    }

    /**
     * A depthwise convolution of maps with their channels last: each channel has its own filter. Outside the map are zeros.
     * Per channel, {@code out[y, x] = f(bias + Σ filters[i, j] · maps[y·stride + i − top, x·stride + j − left])}.
     *
     * @param maps {@code (b, h, w, c)}
     * @param filters {@code (kernel, kernel, c)}
     * @param bias {@code (c)}
     * @param stride pixels between neighbouring windows, 1 or more
     * @param top rows of the first window above the map, 0 to kernel − 1
     * @param left columns of the first window left of the map, 0 to kernel − 1
     * @param out {@code (b, ⌈h/stride⌉, ⌈w/stride⌉, c)}
     */
    public void depthwise(
            Tensor maps, Tensor filters, Tensor bias, int stride, int top, int left, Activation f, Tensor out) {
        Checks.rank("maps", maps.shape(), 4);
        Checks.rank("filters", filters.shape(), 3);
        int channels = maps.shape().last();
        int kernel = filters.shape().axis(0);
        Checks.range("kernel", kernel, 1, 1 << 10);
        Checks.range("stride", stride, 1, 1 << 10);
        Checks.range("top", top, 0, kernel - 1L);
        Checks.range("left", left, 0, kernel - 1L);
        Checks.shape("filters", filters.shape(), kernel, kernel, channels);
        Checks.shape("bias", bias.shape(), channels);
        int down = (maps.shape().axis(1) + stride - 1) / stride;
        int across = (maps.shape().axis(2) + stride - 1) / stride;
        Checks.shape("out", out.shape(), maps.shape().axis(0), down, across, channels);
        Checks.separate("out", out, maps);
        Checks.separate("out", out, filters);
        Checks.separate("out", out, bias);
        implementation.depthwise(maps, filters, bias, stride, top, left, f, out);
    }

    /** Checks for {@link #unfold}, and {@link #fold} with {@code dImages} for {@code images}. */
    private static void checkUnfold(Tensor images, Window window, Tensor out) {
        Checks.rank("images", images.shape(), 4);
        Checks.shape("out", out.shape(), window.unfolded(images.shape()).toArray());
        Checks.separate("out", out, images);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void patches(Tensor images, int size, Tensor out);

        void unfold(Tensor images, Window window, Tensor out);

        void fold(Tensor dOut, Window window, Tensor dImages);

        void depthwise(
                Tensor maps, Tensor filters, Tensor bias, int stride, int top, int left, Activation f, Tensor out);
    }
}
