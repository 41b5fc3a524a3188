package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Window;

/** A convolution as a matrix product with unfolded windows. */
record Dense(PackedWeight weight, Window window) {
    /** Maximum number of elements that are unfolded at once: 64 MB, unless a single image needs more. */
    private static final int ELEMENTS = 1 << 24;

    /** Returns {@code f(convolution of x)}. */
    Tensor apply(Tensor x, Activation f, Scope scope) {
        return apply(x, f, null, scope);
    }

    /**
     * Returns {@code residual + f(convolution of x)}.
     *
     * @param x {@code (b, h, w, in)}
     * @param residual {@code (b, h′, w′, out)}, or null for 0
     * @param scope owner of the result
     * @return {@code (b, h′, w′, out)}
     */
    Tensor apply(Tensor x, Activation f, Tensor residual, Scope scope) {
        Backend backend = scope.backend();
        Shape unfolded = window.unfolded(x.shape());
        Shape pooled = window.pooled(x.shape());
        int images = x.shape().axis(0);
        int rows = unfolded.axis(1);
        Tensor out = scope.allocateUninitialised(images, pooled.axis(1), pooled.axis(2), weight.out());
        boolean pointwise = window.kernel() == 1 && window.stride() == 1;
        int most = pointwise ? Math.max(1, images) : (int) Math.max(1, ELEMENTS / ((long) rows * unfolded.last()));
        for (int first = 0; first < images; first += most) {
            int count = Math.min(most, images - first);
            Epilogue epilogue = new Epilogue(f, null, residual == null ? null : flat(residual, first, count));
            try (Scope local = backend.scope()) {
                Tensor part = x.slice(first, count);
                Tensor windows = part;
                if (!pointwise) {
                    windows = local.allocateUninitialised(count, rows, unfolded.last());
                    backend.convolution().unfold(part, window, windows);
                }
                backend.products()
                        .linear(
                                windows.reshape(count * rows, unfolded.last()),
                                weight,
                                epilogue,
                                flat(out, first, count));
            }
        }
        return out;
    }

    /** Returns some images of {@code (b, h, w, c)} as rows of pixels. */
    private static Tensor flat(Tensor maps, int first, int count) {
        Shape shape = maps.shape();
        return maps.slice(first, count).reshape(count * shape.axis(1) * shape.axis(2), shape.last());
    }
}
