package dev.ideal4j.core.grad;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Products;

/** Differentiable changes of shape. */
public final class ShapeFunctions {
    private ShapeFunctions() {}

    /** Returns the same elements with another shape. The result shares memory with x. */
    public static Variable reshape(Variable x, int... lengths) {
        Variable result = x.tape().view(x.value().reshape(lengths), x);
        result.onBackward(x, (dOut, dx) -> x.backend().copy(dOut, dx));
        return result;
    }

    /** Transposes {@code (s, m, n)} to {@code (s, n, m)}. */
    public static Variable transpose(Variable x) {
        int[] lengths = x.shape().toArray();
        Variable result = x.tape().result(Shape.of(lengths[0], lengths[2], lengths[1]), x);
        Products products = x.backend().products();
        products.transpose(x.value(), result.value());
        result.onBackward(x, (dOut, dx) -> products.transpose(dOut, dx));
        return result;
    }

    /**
     * Returns the {@code count} entries of the outermost axis that start at {@code first}. The result shares memory
     * with x.
     */
    public static Variable slice(Variable x, int first, int count) {
        Variable result = x.tape().view(x.value().slice(first, count), x);
        result.onBackward((dOut, targets) -> {
            if (x.needsGradient()) {
                Tensor part = x.ensureGradient().slice(first, count);
                x.backend().activations().add(part, 1, dOut, part);
            }
        });
        return result;
    }

    /** Returns {@code times} copies of {@code (…)} along a new outermost axis. */
    public static Variable repeat(Variable x, int times) {
        int[] inner = x.shape().toArray();
        int[] lengths = new int[inner.length + 1];
        lengths[0] = times;
        System.arraycopy(inner, 0, lengths, 1, inner.length);
        Variable result = x.tape().result(Shape.of(lengths), x);
        x.backend().activations().add(result.value(), 1, x.value(), result.value());
        result.onBackward(x, (dOut, dx) -> {
            int size = Math.toIntExact(x.shape().size());
            x.backend().reductions().columnSum(dOut.reshape(times, size), dx.reshape(size));
        });
        return result;
    }
}
