package dev.ideal4j.core.grad;

import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

/** Differentiable {@link Pooling}. */
public final class PoolingFunctions {
    private PoolingFunctions() {}

    /** Returns the largest element of each window and channel of {@code (b, h, w, c)}. */
    public static Variable max(Variable x, Window window) {
        Variable result = x.tape().result(window.pooled(x.shape()), x);
        Pooling pooling = x.backend().pooling();
        pooling.max(x.value(), window, result.value());
        result.onBackward(x, (dOut, dx) -> pooling.maxGradient(x.value(), window, dOut, dx));
        return result;
    }
}
