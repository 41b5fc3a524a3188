package dev.ideal4j.core.grad;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;

/** Differentiable {@link Attention}. */
public final class AttentionFunctions {
    private AttentionFunctions() {}

    /**
     * Computes the multi-head attention of queries to another sequence.
     *
     * @param q {@code (b, m, c)}
     * @param k {@code (b, n, c)}
     * @param v {@code (b, n, c)}
     * @param keyBias {@code (b, heads, n)} added to the scores, without gradient, or null
     * @param heads number of heads
     * @param dropout dropout of the attention weights
     * @return {@code (b, m, c)}
     */
    public static Variable cross(Variable q, Variable k, Variable v, Tensor keyBias, int heads, Dropout dropout) {
        Variable result = q.tape().result(q.shape(), q, k, v);
        Attention attention = q.backend().attention();
        attention.cross(q.value(), k.value(), v.value(), keyBias, heads, dropout, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dq = targets.of(q);
            Tensor dk = targets.of(k);
            Tensor dv = targets.of(v);
            if (dq != null || dk != null || dv != null) {
                attention.crossGradient(q.value(), k.value(), v.value(), keyBias, heads, dropout, dOut, dq, dk, dv);
            }
        });
        return result;
    }
}
