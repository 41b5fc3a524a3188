package dev.ideal4j.core.grad;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.Products;

/** Differentiable {@link Products}. */
public final class ProductFunctions {
    private ProductFunctions() {}

    /**
     * Applies a linear layer: {@code x Wᵀ + bias}.
     *
     * @param x {@code (r, in)}; leading axes are kept
     * @param weight {@code (out, in)}
     * @param bias {@code (out)}, or null
     * @return {@code (r, out)}
     */
    public static Variable linear(Variable x, Variable weight, Variable bias) {
        int out = weight.shape().axis(0);
        int[] lengths = x.shape().toArray();
        lengths[lengths.length - 1] = out;
        Variable result = bias == null
                ? x.tape().result(Shape.of(lengths), x, weight)
                : x.tape().result(Shape.of(lengths), x, weight, bias);
        Products products = x.backend().products();
        try (Scope scope = x.backend().scope()) {
            Tensor b = bias == null ? null : bias.value();
            products.linear(x.value(), products.pack(weight.value(), b, scope), Epilogue.NONE, result.value());
        }
        result.onBackward((dOut, targets) -> {
            Tensor dRows = rows(dOut);
            targets.to(x, dx -> products.multiply(dRows, weight.value(), rows(dx)));
            targets.to(weight, dWeight -> products.transposedMultiply(dRows, rows(x.value()), dWeight));
            targets.to(bias, dBias -> x.backend().reductions().columnSum(dRows, dBias));
        });
        return result;
    }

    /**
     * Returns the matrix product {@code a b} per sample.
     *
     * @param a {@code (s, m, k)} or {@code (m, k)}
     * @param b {@code (s, k, n)} or {@code (k, n)}, with as many axes as {@code a}
     */
    public static Variable multiply(Variable a, Variable b) {
        int[] lengths = a.shape().toArray();
        lengths[lengths.length - 1] = b.shape().last();
        Variable result = a.tape().result(Shape.of(lengths), a, b);
        Products products = a.backend().products();
        products.multiply(a.value(), b.value(), result.value());
        result.onBackward((dOut, targets) -> {
            targets.to(a, da -> products.multiplyTransposed(dOut, b.value(), da));
            targets.to(b, db -> products.transposedMultiply(a.value(), dOut, db));
        });
        return result;
    }

    /**
     * Returns the matrix product {@code a bᵀ} per sample.
     *
     * @param a {@code (s, m, k)} or {@code (m, k)}
     * @param b {@code (s, n, k)} or {@code (n, k)}, with as many axes as {@code a}
     */
    public static Variable multiplyTransposed(Variable a, Variable b) {
        int[] lengths = a.shape().toArray();
        lengths[lengths.length - 1] = b.shape().axis(-2);
        Variable result = a.tape().result(Shape.of(lengths), a, b);
        Products products = a.backend().products();
        products.multiplyTransposed(a.value(), b.value(), result.value());
        result.onBackward((dOut, targets) -> {
            targets.to(a, da -> products.multiply(dOut, b.value(), da));
            targets.to(b, db -> products.transposedMultiply(dOut, a.value(), db));
        });
        return result;
    }

    private static Tensor rows(Tensor x) {
        return x.reshape(x.shape().rows(), x.shape().last());
    }
}
