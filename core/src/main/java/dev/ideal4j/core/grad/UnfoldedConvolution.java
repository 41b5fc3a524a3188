package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Window;

/**
 * A convolution as a matrix product with unfolded windows, a few images at a time. The windows of a whole batch would
 * take kernel² times the memory of the batch. Therefore they are not kept, and the backward pass unfolds them again.
 *
 * @param weight shape of the weight, {@code (out, in, kernel, kernel)}
 */
record UnfoldedConvolution(Backend backend, Window window, Shape weight) {
    /** Maximum number of elements that are unfolded at once: 64 MB, unless a single image needs more. */
    private static final int ELEMENTS = 1 << 24;

    private int out() {
        return weight.axis(0);
    }

    private int in() {
        return weight.axis(1);
    }

    private int field() {
        return window.kernel() * window.kernel();
    }

    /** Whether each window is a single pixel, so that unfolding changes nothing. */
    private boolean isPointwise() {
        return window.kernel() == 1 && window.stride() == 1;
    }

    /** A few images from {@code first} on, and their results. */
    private record Part(int first, Tensor images, Tensor results) {}

    @FunctionalInterface
    private interface Step {
        void run(Part part, Tensor unfolded, Scope scope);
    }

    /** Runs a step for as many images at a time as fit. If {@code fill} is false, {@code unfolded} contains zeros. */
    private void forEachPart(Tensor images, Tensor results, boolean fill, Step step) {
        Shape unfolded = window.unfolded(images.shape());
        int batch = images.shape().axis(0);
        int rows = unfolded.axis(1);
        long each = (long) rows * unfolded.last();
        int most = (int) Math.max(1, ELEMENTS / Math.max(1, each));
        for (int first = 0; first < batch; first += most) {
            int count = Math.min(most, batch - first);
            Part part = new Part(
                    first,
                    images.slice(first, count),
                    results.slice(first, count)
                            .reshape(count * rows, results.shape().last()));
            try (Scope scope = backend.scope()) {
                Tensor windows;
                if (isPointwise() && fill) {
                    windows = part.images;
                } else {
                    windows = scope.allocate(count, rows, unfolded.last());
                    if (fill) {
                        backend.convolution().unfold(part.images, window, windows);
                    }
                }
                step.run(part, windows.reshape(count * rows, unfolded.last()), scope);
            }
        }
    }

    /** Shape of the weight with channels last, in the order of the unfolded windows. */
    Shape filters() {
        return Shape.of(out(), field() * in());
    }

    /** Writes the weight with channels last, in the shape of {@link #filters()}. */
    void reorder(Tensor given, Tensor filters) {
        backend.products().transpose(given.reshape(out(), in(), field()), filters.reshape(out(), field(), in()));
    }

    /**
     * @param filters the weight, {@link #reorder reordered}
     * @param bias {@code (out)}, or null
     * @param results {@code (b, h′, w′, out)}, written
     */
    void forward(Tensor images, Tensor filters, Tensor bias, Tensor results) {
        Products products = backend.products();
        try (Scope scope = backend.scope()) {
            PackedWeight packed = products.pack(filters, bias, scope);
            forEachPart(
                    images,
                    results,
                    true,
                    (part, unfolded, local) -> products.linear(unfolded, packed, Epilogue.NONE, part.results));
        }
    }

    /**
     * @param filters the weight, {@link #reorder reordered}
     * @param dResults {@code (b, h′, w′, out)}
     * @param dImages {@code (b, h, w, in)}, written
     */
    void imageGradient(Tensor filters, Tensor dResults, Tensor dImages) {
        forEachPart(dImages, dResults, false, (part, unfolded, local) -> {
            backend.products().multiply(part.results, filters, unfolded);
            Tensor windows =
                    unfolded.reshape(window.unfolded(part.images.shape()).toArray());
            backend.convolution().fold(windows, window, part.images);
        });
    }

    /**
     * @param dResults {@code (b, h′, w′, out)}
     * @param dWeight {@code (out, in, kernel, kernel)}, written
     */
    void weightGradient(Tensor images, Tensor dResults, Tensor dWeight) {
        Products products = backend.products();
        try (Scope scope = backend.scope()) {
            Tensor sum = scope.allocate(filters());
            forEachPart(images, dResults, true, (part, unfolded, local) -> {
                if (part.first == 0) {
                    products.transposedMultiply(part.results, unfolded, sum);
                } else {
                    Tensor share = local.allocate(sum.shape());
                    products.transposedMultiply(part.results, unfolded, share);
                    backend.activations().add(sum, 1, share, sum);
                }
            });
            products.transpose(sum.reshape(out(), field(), in()), dWeight.reshape(out(), in(), field()));
        }
    }
}
