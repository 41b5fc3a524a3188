package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The weights of an {@link IntrinsicDeviationEncoder} under their published names, found among other tensors. A name
 * matches in full or, after a dot, as a suffix, because archives put the encoder inside other modules. The number of
 * vectors M and the feature width C follow from the shape of the learnable vectors.
 */
public final class EncoderWeights implements Weights {
    private static final String PART = "Intrinsic Deviation Encoder";
    private static final String VECTORS = "learnable_vectors.weight";

    /** The name of the learnable vectors in older checkpoints. */
    private static final String VECTORS_ONCE = "learnable_proxies.weight";

    private final RenamedWeights weights;
    private final int vectors;
    private final int width;

    /**
     * Finds an encoder's weights.
     *
     * @throws InvalidInputException if a weight is missing, is found twice, or has a shape that does not fit the
     *     learnable vectors; the message names the source
     */
    public EncoderWeights(Weights source) {
        String vectorsName = RenamedWeights.find(source, PART, VECTORS, VECTORS_ONCE);
        Shape shape = source.shape(vectorsName);
        if (shape.rank() != 2 || shape.size() == 0) {
            throw new InvalidInputException(
                    source.origin() + ": " + vectorsName, "shape " + shape, "a matrix (vectors, width)");
        }
        this.vectors = shape.axis(0);
        this.width = shape.axis(1);
        Map<String, String> names = new LinkedHashMap<>();
        shapes(vectors, width).forEach((name, expected) -> {
            String found = name.equals(VECTORS) ? vectorsName : RenamedWeights.find(source, PART, name);
            if (!source.shape(found).equals(expected)) {
                throw new InvalidInputException(
                        source.origin() + ": " + found, "shape " + source.shape(found), expected.toString());
            }
            names.put(name, found);
        });
        this.weights = new RenamedWeights(source, names);
    }

    /**
     * Returns names and shapes in the order of published checkpoints.
     *
     * @param vectors M, 1 or more
     * @param width C, 1 or more
     */
    public static Map<String, Shape> shapes(int vectors, int width) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(VECTORS, Shape.of(vectors, width));
        shapes.put("cro_attn.multihead_attn.in_proj_weight", Shape.of(3 * width, width));
        shapes.put("cro_attn.multihead_attn.in_proj_bias", Shape.of(3 * width));
        shapes.put("cro_attn.multihead_attn.out_proj.weight", Shape.of(width, width));
        shapes.put("cro_attn.multihead_attn.out_proj.bias", Shape.of(width));
        shapes.put("cro_attn.norm.weight", Shape.of(width));
        shapes.put("cro_attn.norm.bias", Shape.of(width));
        shapes.put("ffn_layer.fc1.weight", Shape.of(4 * width, width));
        shapes.put("ffn_layer.fc1.bias", Shape.of(4 * width));
        shapes.put("ffn_layer.fc2.weight", Shape.of(width, 4 * width));
        shapes.put("ffn_layer.fc2.bias", Shape.of(width));
        shapes.put("norm_out.weight", Shape.of(width));
        shapes.put("norm_out.bias", Shape.of(width));
        return Collections.unmodifiableMap(shapes);
    }

    /** Returns the number of deviation vectors, M. */
    public int vectors() {
        return vectors;
    }

    /** Returns the feature width, C. */
    public int width() {
        return width;
    }

    @Override
    public Set<String> names() {
        return weights.names();
    }

    @Override
    public Shape shape(String name) {
        return weights.shape(name);
    }

    @Override
    public float[] read(String name) {
        return weights.read(name);
    }

    @Override
    public String origin() {
        return weights.origin();
    }
}
