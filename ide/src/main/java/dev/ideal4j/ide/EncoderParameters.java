package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of an {@link IntrinsicDeviationEncoder} by their published names, on a device. The number of vectors M
 * and the feature width C follow from the shape of the learnable vectors.
 */
public final class EncoderParameters {
    static final String VECTORS = "learnable_vectors.weight";
    static final String IN_WEIGHT = "cro_attn.multihead_attn.in_proj_weight";
    static final String IN_BIAS = "cro_attn.multihead_attn.in_proj_bias";
    static final String OUT_WEIGHT = "cro_attn.multihead_attn.out_proj.weight";
    static final String OUT_BIAS = "cro_attn.multihead_attn.out_proj.bias";
    static final String ATTENTION_NORM_WEIGHT = "cro_attn.norm.weight";
    static final String ATTENTION_NORM_BIAS = "cro_attn.norm.bias";
    static final String FC1_WEIGHT = "ffn_layer.fc1.weight";
    static final String FC1_BIAS = "ffn_layer.fc1.bias";
    static final String FC2_WEIGHT = "ffn_layer.fc2.weight";
    static final String FC2_BIAS = "ffn_layer.fc2.bias";
    static final String OUT_NORM_WEIGHT = "norm_out.weight";
    static final String OUT_NORM_BIAS = "norm_out.bias";

    /** What older checkpoints call the learnable vectors. */
    private static final String VECTORS_ONCE = "learnable_proxies.weight";

    private final int vectors;
    private final int width;
    private final Map<String, Tensor> tensors;

    private EncoderParameters(int vectors, int width, Map<String, Tensor> tensors) {
        this.vectors = vectors;
        this.width = width;
        this.tensors = tensors;
    }

    /**
     * Names and shapes in the order of published checkpoints.
     *
     * @param vectors M, 1 or more
     * @param width C, 1 or more
     */
    public static Map<String, Shape> shapes(int vectors, int width) {
        if (vectors < 1 || width < 1) {
            throw new InvalidInputException("encoder", vectors + " vectors of width " + width, "1 or more of each");
        }
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(VECTORS, Shape.of(vectors, width));
        shapes.put(IN_WEIGHT, Shape.of(3 * width, width));
        shapes.put(IN_BIAS, Shape.of(3 * width));
        shapes.put(OUT_WEIGHT, Shape.of(width, width));
        shapes.put(OUT_BIAS, Shape.of(width));
        shapes.put(ATTENTION_NORM_WEIGHT, Shape.of(width));
        shapes.put(ATTENTION_NORM_BIAS, Shape.of(width));
        shapes.put(FC1_WEIGHT, Shape.of(4 * width, width));
        shapes.put(FC1_BIAS, Shape.of(4 * width));
        shapes.put(FC2_WEIGHT, Shape.of(width, 4 * width));
        shapes.put(FC2_BIAS, Shape.of(width));
        shapes.put(OUT_NORM_WEIGHT, Shape.of(width));
        shapes.put(OUT_NORM_BIAS, Shape.of(width));
        return Collections.unmodifiableMap(shapes);
    }

    /**
     * Loads the parameters. A name matches in full or, behind a dot, as an ending: archives put the encoder inside other
     * modules. Other tensors are left alone.
     *
     * @param scope owner of the parameters
     * @throws InvalidInputException if one is missing, found twice, or of a shape that does not fit the learnable
     *     vectors'; the message names the source
     */
    public static EncoderParameters load(Weights weights, Scope scope) {
        String vectorsName = find(weights, VECTORS, VECTORS_ONCE);
        Shape vectors = weights.shape(vectorsName);
        if (vectors.rank() != 2 || vectors.size() == 0) {
            throw new InvalidInputException(
                    weights.origin() + ": " + vectorsName, "shape " + vectors, "a matrix (vectors, width)");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes(vectors.axis(0), vectors.axis(1)).forEach((name, shape) -> {
            String source = name.equals(VECTORS) ? vectorsName : find(weights, name);
            if (!weights.shape(source).equals(shape)) {
                throw new InvalidInputException(
                        weights.origin() + ": " + source, "shape " + weights.shape(source), shape.toString());
            }
            tensors.put(name, scope.upload(weights.read(source), shape));
        });
        return new EncoderParameters(vectors.axis(0), vectors.axis(1), Collections.unmodifiableMap(tensors));
    }

    private static String find(Weights weights, String... names) {
        List<String> found = weights.names().stream()
                .filter(name -> List.of(names).stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end)))
                .toList();
        if (found.size() != 1) {
            throw new InvalidInputException(
                    weights.origin(),
                    found.isEmpty() ? "no tensor " + names[0] : String.join(" and ", found),
                    "the weights of one Intrinsic Deviation Encoder");
        }
        return found.get(0);
    }

    /** Number of deviation vectors, M. */
    public int vectors() {
        return vectors;
    }

    /** Feature width, C. */
    public int width() {
        return width;
    }

    /** All parameters by published name, in the order of published checkpoints. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    Tensor get(String name) {
        return tensors.get(name);
    }
}
