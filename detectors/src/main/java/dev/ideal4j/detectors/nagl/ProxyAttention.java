package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.LayerNorm;
import dev.ideal4j.core.nn.MultiHeadAttention;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Dropout;
import java.util.Map;

/**
 * A step of NAGL's head. Tokens attend to patches, then to each other. Each attention is followed by a residual connection
 * and a layer norm: {@code t = norm(t + attention(t, keys, values))}, {@code t = norm(t + attention(t, t, t))}. There is no
 * feed-forward layer.
 */
final class ProxyAttention {
    private static final float NORM_EPS = 1e-5f;

    private final MultiHeadAttention cross;
    private final LayerNorm crossNorm;
    private final MultiHeadAttention self;
    private final LayerNorm selfNorm;

    /** Creates the parameters {@code name_ca.*} and {@code name_sa.*}. Matrices have Xavier-uniform initial values. */
    ProxyAttention(Parameters parameters, String name, int width, int heads) {
        Initializer xavier = Initializer.xavierUniform();
        this.cross = new MultiHeadAttention(parameters, name + "_ca.multihead_attn", width, heads, xavier, xavier);
        this.crossNorm = new LayerNorm(parameters, name + "_ca.norm", width, NORM_EPS);
        this.self = new MultiHeadAttention(parameters, name + "_sa.self_attn", width, heads, xavier, xavier);
        this.selfNorm = new LayerNorm(parameters, name + "_sa.norm", width, NORM_EPS);
    }

    /** Adds the names and shapes of the parameters. */
    static void shapes(String name, int width, Map<String, Shape> shapes) {
        attention(name + "_ca.multihead_attn", name + "_ca.norm", width, shapes);
        attention(name + "_sa.self_attn", name + "_sa.norm", width, shapes);
    }

    private static void attention(String name, String norm, int width, Map<String, Shape> shapes) {
        shapes.put(name + ".in_proj_weight", Shape.of(3 * width, width));
        shapes.put(name + ".in_proj_bias", Shape.of(3 * width));
        shapes.put(name + ".out_proj.weight", Shape.of(width, width));
        shapes.put(name + ".out_proj.bias", Shape.of(width));
        shapes.put(norm + ".weight", Shape.of(width));
        shapes.put(norm + ".bias", Shape.of(width));
    }

    /**
     * Runs the step.
     *
     * @param tokens {@code (b, P, C)}
     * @param keys {@code (b, n, C)}
     * @param values {@code (b, n, C)}
     * @param keyBias {@code (b, heads, n)} added to the attention scores, or null
     * @return {@code (b, P, C)}
     */
    Variable apply(Variable tokens, Tensor keys, Tensor values, Tensor keyBias) {
        Variable k = tokens.tape().constant(keys);
        Variable v = tokens.tape().constant(values);
        Variable seen = cross.apply(tokens, k, v, keyBias, Dropout.NONE);
        Variable t = crossNorm.apply(ActivationFunctions.add(tokens, 1, seen));
        return selfNorm.apply(ActivationFunctions.add(t, 1, self.apply(t, t, t, null, Dropout.NONE)));
    }
}
