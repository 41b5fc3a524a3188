package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import java.util.List;

/**
 * Intrinsic Deviation Encoder (IDEAL, arXiv 2605.23231, §IDE): turns the deviations of the abnormal references' patches
 * into M vectors. Learnable vectors E attend to the references' patches inside their masks, with keys {@code features +
 * position} and values {@code residuals}; then {@code y = norm(E + attention)} and {@code V = norm(y + fc2(gelu(fc1(y))))}.
 * Immutable and thread-safe; lives as long as the scope it was made in.
 */
public final class IntrinsicDeviationEncoder {
    /** Number of attention heads in the published models. */
    public static final int PUBLISHED_HEADS = 8;

    private static final float ATTENTION_NORM_EPS = 1e-5f;
    private static final float OUT_NORM_EPS = 1e-8f;

    /** Added to the attention scores of patches outside the mask. */
    private static final float OUTSIDE = -1e9f;

    private final EncoderParameters parameters;
    private final int heads;
    private final PackedWeight query;
    private final PackedWeight key;
    private final PackedWeight keyPosition;
    private final PackedWeight value;
    private final PackedWeight attended;
    private final PackedWeight fc1;
    private final PackedWeight fc2;

    /**
     * Prepares an encoder.
     *
     * @param parameters its weights; kept
     * @param heads attention heads, dividing the width
     * @param scope owner of the prepared weights; must not outlive that of the parameters
     */
    public IntrinsicDeviationEncoder(EncoderParameters parameters, int heads, Scope scope) {
        int width = parameters.width();
        if (heads < 1 || width % heads != 0) {
            throw new InvalidInputException("heads", Integer.toString(heads), "a divisor of the width " + width);
        }
        this.parameters = parameters;
        this.heads = heads;
        this.query = packInput(0, true, scope);
        this.key = packInput(1, true, scope);
        this.keyPosition = packInput(1, false, scope);
        this.value = packInput(2, true, scope);
        this.attended = pack(EncoderParameters.OUT_WEIGHT, EncoderParameters.OUT_BIAS, scope);
        this.fc1 = pack(EncoderParameters.FC1_WEIGHT, EncoderParameters.FC1_BIAS, scope);
        this.fc2 = pack(EncoderParameters.FC2_WEIGHT, EncoderParameters.FC2_BIAS, scope);
    }

    /** Packs the query (0), key (1) or value (2) part of the attention's joint input projection. */
    private PackedWeight packInput(int part, boolean withBias, Scope scope) {
        int width = parameters.width();
        Tensor weight = parameters.get(EncoderParameters.IN_WEIGHT).slice(part * width, width);
        Tensor bias = parameters.get(EncoderParameters.IN_BIAS).slice(part * width, width);
        return scope.backend().products().pack(weight, withBias ? bias : null, scope);
    }

    private PackedWeight pack(String weight, String bias, Scope scope) {
        return scope.backend().products().pack(parameters.get(weight), parameters.get(bias), scope);
    }

    /** The weights. */
    public EncoderParameters parameters() {
        return parameters;
    }

    /**
     * Encodes the abnormal references of one or more samples.
     *
     * @param features patch features of the references, {@code (b, a·N, C)}, reference by reference; not L2-normalised
     * @param residuals what the Normal Variation Eraser leaves of them, {@code (b, a·N, C)}
     * @param masks per sample the patch masks of its references, each of N patches
     * @param layout whose mask each head sees when b > 1
     * @param scope owner of the result
     * @return deviation vectors, {@code (b, M, C)}
     */
    public Tensor encode(
            Tensor features, Tensor residuals, List<List<PatchMask>> masks, MaskLayout layout, Scope scope) {
        checkInputs(features, residuals, masks);
        Tensor vectors = scope.allocate(masks.size(), parameters.vectors(), parameters.width());
        try (Scope local = scope.backend().scope()) {
            Tensor y = attend(features, residuals, masks, layout, local);
            feedForward(y, vectors, local);
        }
        return vectors;
    }

    private void checkInputs(Tensor features, Tensor residuals, List<List<PatchMask>> masks) {
        Shape shape = features.shape();
        if (shape.rank() != 3 || shape.axis(0) != masks.size() || shape.last() != parameters.width()) {
            throw new InvalidInputException(
                    "features", "shape " + shape, masks.size() + " samples of width " + parameters.width());
        }
        if (!residuals.shape().equals(shape)) {
            throw new InvalidInputException("residuals", "shape " + residuals.shape(), shape.toString());
        }
        for (List<PatchMask> sample : masks) {
            int patches = sample.stream().mapToInt(PatchMask::size).sum();
            if (patches != shape.axis(1) || patches == 0) {
                throw new InvalidInputException("masks", patches + " patches", shape.axis(1) + ", at least 1");
            }
        }
    }

    /** {@code norm(E + attention)}, {@code (b, M, C)}. */
    private Tensor attend(
            Tensor features, Tensor residuals, List<List<PatchMask>> masks, MaskLayout layout, Scope scope) {
        Backend backend = scope.backend();
        Tensor attention = scope.allocate(masks.size(), parameters.vectors(), parameters.width());
        backend.attention()
                .cross(
                        queries(masks.size(), scope),
                        keys(features, masks, scope),
                        linear(residuals, value, Epilogue.NONE, scope),
                        keyBias(masks, layout, scope),
                        heads,
                        attention);
        Epilogue plusVectors = Epilogue.residual(null, parameters.get(EncoderParameters.VECTORS));
        Tensor y = linear(attention, attended, plusVectors, scope);
        norm(y, EncoderParameters.ATTENTION_NORM_WEIGHT, EncoderParameters.ATTENTION_NORM_BIAS, ATTENTION_NORM_EPS, y);
        return y;
    }

    /** The projected learnable vectors, the same for every sample. */
    private Tensor queries(int samples, Scope scope) {
        Tensor projected = linear(parameters.get(EncoderParameters.VECTORS), query, Epilogue.NONE, scope);
        Tensor queries = scope.allocate(samples, parameters.vectors(), parameters.width());
        for (int sample = 0; sample < samples; sample++) {
            scope.backend().copy(projected, queries.slice(sample, 1));
        }
        return queries;
    }

    /** {@code (features + position) Wᵀ + bias}, as the sum of both products. */
    private Tensor keys(Tensor features, List<List<PatchMask>> masks, Scope scope) {
        Tensor positions = scope.allocate(features.shape());
        for (int sample = 0; sample < masks.size(); sample++) {
            positions.slice(sample, 1).write(SinePositionEmbedding.of(masks.get(sample), parameters.width()));
        }
        Tensor fromPositions = linear(positions, keyPosition, Epilogue.NONE, scope);
        return linear(features, key, Epilogue.residual(null, fromPositions), scope);
    }

    /** What keeps each head inside the masks, {@code (b, heads, a·N)}. */
    private Tensor keyBias(List<List<PatchMask>> masks, MaskLayout layout, Scope scope) {
        int samples = masks.size();
        int keys = masks.get(0).stream().mapToInt(PatchMask::size).sum();
        float[] bias = new float[samples * heads * keys];
        for (int sample = 0; sample < samples; sample++) {
            for (int head = 0; head < heads; head++) {
                int at = (sample * heads + head) * keys;
                for (PatchMask mask : masks.get(layout.source(sample, head, heads, samples))) {
                    for (int patch = 0; patch < mask.size(); patch++) {
                        bias[at++] = mask.marked(patch) ? 0 : OUTSIDE;
                    }
                }
            }
        }
        return scope.upload(bias, samples, heads, keys);
    }

    /** {@code norm(y + fc2(gelu(fc1(y))))}. */
    private void feedForward(Tensor y, Tensor out, Scope scope) {
        Tensor hidden = linear(y, fc1, Epilogue.GELU, scope);
        scope.backend().products().linear(hidden, fc2, Epilogue.residual(null, y), out);
        norm(out, EncoderParameters.OUT_NORM_WEIGHT, EncoderParameters.OUT_NORM_BIAS, OUT_NORM_EPS, out);
    }

    private void norm(Tensor x, String weight, String bias, float eps, Tensor out) {
        x.backend().normalization().layerNorm(x, parameters.get(weight), parameters.get(bias), eps, out);
    }

    /** A linear layer into a new tensor of the input's shape, but for the width. */
    private static Tensor linear(Tensor x, PackedWeight weight, Epilogue epilogue, Scope scope) {
        int[] lengths = x.shape().toArray();
        lengths[lengths.length - 1] = weight.out();
        Tensor out = scope.allocate(Shape.of(lengths));
        scope.backend().products().linear(x, weight, epilogue, out);
        return out;
    }
}
