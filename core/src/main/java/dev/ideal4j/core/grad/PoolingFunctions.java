package dev.ideal4j.core.grad;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

/** Differentiable {@link Pooling}. */
public final class PoolingFunctions {
    private PoolingFunctions() {}

    /** The largest element of each window and channel of {@code (b, h, w, c)}. */
    public static Variable max(Variable x, Window window) {
        Variable result = x.tape().result(window.pooled(x.shape()), x);
        Pooling pooling = x.backend().pooling();
        pooling.max(x.value(), window, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            if (dx != null) {
                pooling.maxGradient(x.value(), window, dOut, dx);
            }
        });
        return result;
    }

    /** Mean of each window and channel of {@code (b, h, w, c)}; padding counts as zeros. */
    public static Variable average(Variable x, Window window) {
        Variable result = x.tape().result(window.pooled(x.shape()), x);
        Pooling pooling = x.backend().pooling();
        pooling.average(x.value(), window, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            if (dx != null) {
                pooling.averageGradient(window, dOut, dx);
            }
        });
        return result;
    }

    /** Mean over the pixels of {@code (b, n, c)}: {@code (b, c)}. */
    public static Variable globalAverage(Variable x) {
        Variable result = x.tape().result(Shape.of(x.shape().axis(0), x.shape().last()), x);
        Pooling pooling = x.backend().pooling();
        pooling.globalAverage(x.value(), result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            if (dx != null) {
                pooling.globalAverageGradient(dOut, dx);
            }
        });
        return result;
    }
}
