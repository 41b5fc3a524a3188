package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/** Pooling of maps with their channels last. */
public final class Pooling {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Pooling(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * The largest element of each window and channel; NaN if the window contains NaN. Padding is ignored.
     *
     * @param x {@code (b, h, w, c)}
     * @param window with a padding of at most half the kernel
     * @param out {@code (b, h′, w′, c)}, h′ and w′ from {@link Window#count}
     */
    public void max(Tensor x, Window window, Tensor out) {
        checkPooling(x, window, out);
        implementation.max(x, window, out);
    }

    /**
     * Gradient of {@link #max}, written: each output's gradient goes to the first of the largest elements of its window,
     * row by row, or to its last NaN.
     *
     * @param x {@code (b, h, w, c)}, the input of the forward pass
     * @param dOut {@code (b, h′, w′, c)}
     * @param dx {@code (b, h, w, c)}
     */
    public void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        checkPooling(x, window, dOut);
        Checks.gradient("dx", dx, x, dOut);
        implementation.maxGradient(x, window, dOut, dx);
    }

    /**
     * Mean of each window and channel; the padding counts as zeros, as in PyTorch's default.
     *
     * @param x {@code (b, h, w, c)}
     * @param window with a padding of at most half the kernel
     * @param out {@code (b, h′, w′, c)}
     */
    public void average(Tensor x, Window window, Tensor out) {
        checkPooling(x, window, out);
        implementation.average(x, window, out);
    }

    /** Checks for {@link #max} and {@link #average}. */
    private static void checkPooling(Tensor x, Window window, Tensor out) {
        Checks.rank("x", x.shape(), 4);
        Checks.range("height", x.shape().axis(1), 1, Integer.MAX_VALUE);
        Checks.range("width", x.shape().axis(2), 1, Integer.MAX_VALUE);
        Checks.range("padding", window.padding(), 0, window.kernel() / 2);
        Checks.shape("out", out.shape(), window.pooled(x.shape()).toArray());
        Checks.separate("out", out, x);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void max(Tensor x, Window window, Tensor out);

        void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx);

        void average(Tensor x, Window window, Tensor out);
    }
}
