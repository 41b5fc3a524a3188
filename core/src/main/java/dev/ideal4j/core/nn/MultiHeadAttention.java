package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.AttentionFunctions;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.ops.Dropout;

/**
 * Multi-head attention with PyTorch's parameter names: {@code in_proj_weight (3c, c)} and {@code in_proj_bias (3c)} for
 * query, key and value in this order, {@code out_proj.weight (c, c)}, {@code out_proj.bias (c)}.
 */
public final class MultiHeadAttention {
    private final Parameter inWeight;
    private final Parameter inBias;
    private final Linear out;
    private final int width;
    private final int heads;

    /** Adds the parameters under {@code name}; biases start at 0. */
    public MultiHeadAttention(
            Parameters parameters, String name, int width, int heads, Initializer inWeight, Initializer outWeight) {
        this.inWeight = parameters.add(name + ".in_proj_weight", Shape.of(3 * width, width), inWeight);
        this.inBias = parameters.add(name + ".in_proj_bias", Shape.of(3 * width), Initializer.constant(0));
        this.out = new Linear(parameters, name + ".out_proj", width, width, outWeight, Initializer.constant(0));
        this.width = width;
        this.heads = heads;
    }

    /**
     * Computes the attention of {@code query (b, m, c)} to {@code key (b, n, c)} and {@code value (b, n, c)}.
     *
     * @param keyBias {@code (b, heads, n)} added to the scores, or null
     * @param dropout dropout of the attention weights
     */
    public Variable apply(Variable query, Variable key, Variable value, Tensor keyBias, Dropout dropout) {
        Variable q = project(query, 0);
        Variable k = project(key, 1);
        Variable v = project(value, 2);
        return out.apply(AttentionFunctions.cross(q, k, v, keyBias, heads, dropout));
    }

    private Variable project(Variable x, int part) {
        Tape tape = x.tape();
        Variable weight = ShapeFunctions.slice(tape.parameter(inWeight), part * width, width);
        Variable bias = ShapeFunctions.slice(tape.parameter(inBias), part * width, width);
        return ProductFunctions.linear(x, weight, bias);
    }
}
