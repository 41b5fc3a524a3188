package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/** Pooling of maps with their channels last. */
public interface Pooling {
    /**
     * The largest element of each window and channel; NaN if there is one. Padding is never the largest.
     *
     * @param x {@code (b, h, w, c)}
     * @param window with a padding of at most half the kernel
     * @param out {@code (b, h′, w′, c)}, h′ and w′ from {@link Window#count}
     */
    default void max(Tensor x, Window window, Tensor out) {
        throw Checks.unsupported("pooling.max");
    }

    /**
     * Gradient of {@link #max}, written: each output's gradient goes to the first of the largest elements of its window,
     * row by row, or to its last NaN.
     *
     * @param x {@code (b, h, w, c)}, the input of the forward pass
     * @param dOut {@code (b, h′, w′, c)}
     * @param dx {@code (b, h, w, c)}
     */
    default void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        throw Checks.unsupported("pooling.maxGradient");
    }

    /**
     * Mean of each window and channel; the padding counts as zeros, as in PyTorch's default.
     *
     * @param x {@code (b, h, w, c)}
     * @param window with a padding of at most half the kernel
     * @param out {@code (b, h′, w′, c)}
     */
    default void average(Tensor x, Window window, Tensor out) {
        throw Checks.unsupported("pooling.average");
    }

    /**
     * Gradient of {@link #average}, written.
     *
     * @param dOut {@code (b, h′, w′, c)}
     * @param dx {@code (b, h, w, c)}
     */
    default void averageGradient(Window window, Tensor dOut, Tensor dx) {
        throw Checks.unsupported("pooling.averageGradient");
    }

    /**
     * Mean over all pixels.
     *
     * @param x {@code (b, n, c)}, n ≥ 1
     * @param out {@code (b, c)}
     */
    default void globalAverage(Tensor x, Tensor out) {
        throw Checks.unsupported("pooling.globalAverage");
    }

    /**
     * Gradient of {@link #globalAverage}, written.
     *
     * @param dOut {@code (b, c)}
     * @param dx {@code (b, n, c)}
     */
    default void globalAverageGradient(Tensor dOut, Tensor dx) {
        throw Checks.unsupported("pooling.globalAverageGradient");
    }

    /** Checks for {@link #max} and {@link #average}. */
    static void checkPooling(Tensor x, Window window, Tensor out) {
        Checks.rank("x", x.shape(), 4);
        Checks.range("height", x.shape().axis(1), 1, Integer.MAX_VALUE);
        Checks.range("width", x.shape().axis(2), 1, Integer.MAX_VALUE);
        Checks.range("padding", window.padding(), 0, window.kernel() / 2);
        Checks.shape("out", out.shape(), window.pooled(x.shape()).toArray());
        Checks.separate("out", out, x);
    }

    /** Checks for {@link #maxGradient}. */
    static void checkMaxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        checkPooling(x, window, dOut);
        Checks.gradient("dx", dx, x, dOut);
    }

    /** Checks for {@link #globalAverage}, and its gradient with {@code dx} for {@code x}, {@code dOut} for {@code out}. */
    static void checkGlobalAverage(Tensor x, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.range("pixels", x.shape().axis(1), 1, Integer.MAX_VALUE);
        Checks.shape("out", out.shape(), x.shape().axis(0), x.shape().last());
        Checks.separate("out", out, x);
    }
}
