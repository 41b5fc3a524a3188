package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Embedding;
import dev.ideal4j.core.nn.Initializer;
import dev.ideal4j.core.nn.LayerNorm;
import dev.ideal4j.core.nn.Mlp;
import dev.ideal4j.core.nn.MultiHeadAttention;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Dropout;
import java.util.List;

/**
 * Intrinsic Deviation Encoder (IDEAL, arXiv 2605.23231, §IDE). It encodes the deviations of the abnormal references'
 * patches as M vectors. Learnable vectors E attend to the references' patches inside their masks, with keys
 * {@code features + position} and values {@code residuals}. Then {@code y = norm(E + attention)} and
 * {@code V = norm(y + fc2(gelu(fc1(y))))}. The encoder is thread-safe while its parameters are not being trained. It
 * lives as long as their scope.
 */
public final class IntrinsicDeviationEncoder {
    /** Number of deviation vectors in the published models. */
    public static final int PUBLISHED_VECTORS = 45;

    /** Number of attention heads in the published models. */
    public static final int PUBLISHED_HEADS = 8;

    private static final float ATTENTION_NORM_EPS = 1e-5f;
    private static final float OUT_NORM_EPS = 1e-8f;
    private static final int HIDDEN_PER_WIDTH = 4;
    private static final Initializer LINEAR = Initializer.truncatedNormal(0.01, 0.03);

    private final int vectors;
    private final int width;
    private final int heads;
    private final Embedding learnable;
    private final MultiHeadAttention attention;
    private final LayerNorm attentionNorm;
    private final Mlp feedForward;
    private final LayerNorm outNorm;

    /**
     * Creates an encoder from parameters under their published names. New parameters are drawn from the published
     * distributions.
     *
     * @param vectors number of deviation vectors, M, 1 or more
     * @param width feature width, C, even
     * @param heads number of attention heads, a divisor of the width
     * @throws InvalidInputException if {@code vectors} or {@code heads} is out of range
     */
    public IntrinsicDeviationEncoder(Parameters parameters, int vectors, int width, int heads) {
        if (vectors < 1) {
            throw new InvalidInputException("deviation vectors", Integer.toString(vectors), "1 or more");
        }
        if (heads < 1 || width % heads != 0) {
            throw new InvalidInputException("heads", Integer.toString(heads), "a divisor of the width " + width);
        }
        this.vectors = vectors;
        this.width = width;
        this.heads = heads;
        this.learnable = new Embedding(parameters, "learnable_vectors", vectors, width);
        this.attention = new MultiHeadAttention(
                parameters, "cro_attn.multihead_attn", width, heads, Initializer.xavierUniform(), LINEAR);
        this.attentionNorm = new LayerNorm(parameters, "cro_attn.norm", width, ATTENTION_NORM_EPS);
        this.feedForward = new Mlp(parameters, "ffn_layer", width, HIDDEN_PER_WIDTH * width, Activation.GELU, LINEAR);
        this.outNorm = new LayerNorm(parameters, "norm_out", width, OUT_NORM_EPS);
    }

    /**
     * Loads an encoder.
     *
     * @param heads number of attention heads, a divisor of the width
     * @param scope owner of the parameters
     */
    public static IntrinsicDeviationEncoder load(EncoderWeights weights, int heads, Scope scope) {
        return new IntrinsicDeviationEncoder(
                Parameters.from(scope, weights), weights.vectors(), weights.width(), heads);
    }

    /** Returns the number of deviation vectors, M. */
    public int vectors() {
        return vectors;
    }

    /**
     * Encodes the abnormal references of one or more samples.
     *
     * @param features patch features of the references, {@code (b, a·N, C)}, reference by reference; not L2-normalised
     * @param residuals residuals of the Normal Variation Eraser for these features, {@code (b, a·N, C)}
     * @param masks the patch masks of each sample's references, each of N patches
     * @param layout determines which sample's mask each head sees if b is above 1
     * @param scope owner of the result
     * @return deviation vectors, {@code (b, M, C)}
     */
    public Tensor encode(
            Tensor features, Tensor residuals, List<List<PatchMask>> masks, MaskLayout layout, Scope scope) {
        AttendedPatches patches = attended(masks, layout);
        checkRows("features", features, patches.samples(), patches.all());
        checkRows("residuals", residuals, patches.samples(), patches.all());
        try (Tape tape = Tape.inference(scope.backend())) {
            Variable encoded = encode(
                    tape,
                    patches.select(features, tape.scope()),
                    patches.select(residuals, tape.scope()),
                    patches,
                    Dropouts.NONE);
            Tensor result = scope.allocate(encoded.shape());
            scope.backend().copy(encoded.value(), result);
            return result;
        }
    }

    /**
     * The dropouts of training.
     *
     * @param weights dropout of the attention weights
     * @param output dropout of the attention's output
     */
    public record Dropouts(Dropout weights, Dropout output) {
        /** The rate of both dropouts in the published training. */
        public static final float PUBLISHED_RATE = 0.1f;

        /** No dropout, as in inference. */
        public static final Dropouts NONE = new Dropouts(Dropout.NONE, Dropout.NONE);
    }

    /**
     * Encodes on a tape, with gradients of the parameters.
     *
     * @param features features of the given patches of the abnormal references, {@code (b, L, C)}
     * @param residuals residuals of the Normal Variation Eraser for these features, {@code (b, L, C)}; finite for
     *     fillers
     * @param patches identifies the patches
     * @return deviation vectors, {@code (b, M, C)}
     */
    public Variable encode(Tape tape, Tensor features, Tensor residuals, AttendedPatches patches, Dropouts dropouts) {
        checkRows("features", features, patches.samples(), patches.length());
        checkRows("residuals", residuals, patches.samples(), patches.length());
        if (patches.heads() != heads) {
            throw new InvalidInputException("patches", "those of " + patches.heads() + " heads", heads + " heads");
        }
        Tensor keys = patches.positions(width, tape.scope());
        tape.backend().activations().add(keys, 1, features, keys);
        Variable queries = learnable.repeated(tape, patches.samples());
        Variable attended = attention.apply(
                queries,
                tape.constant(keys),
                tape.constant(residuals),
                patches.keyBias(tape.scope()),
                dropouts.weights());
        Variable y = attentionNorm.apply(
                ActivationFunctions.add(queries, 1, ActivationFunctions.dropout(attended, dropouts.output())));
        return outNorm.apply(ActivationFunctions.add(y, 1, feedForward.apply(y)));
    }

    /** Returns the patches of abnormal references that the attention of this encoder can see. */
    public AttendedPatches attended(List<List<PatchMask>> masks, MaskLayout layout) {
        return AttendedPatches.of(masks, layout, heads);
    }

    private void checkRows(String what, Tensor tensor, int samples, int rows) {
        Shape expected = Shape.of(samples, rows, width);
        if (!tensor.shape().equals(expected)) {
            throw new InvalidInputException(what, "shape " + tensor.shape(), expected.toString());
        }
    }
}
