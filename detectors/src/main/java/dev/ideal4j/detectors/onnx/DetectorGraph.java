package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.GraphBackend;
import dev.ideal4j.backbone.onnx.GraphPreparation;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * The graph of a detector: the image's pixels, their features, and operators for what a method computes from them.
 *
 * @param backend draws into the graph
 * @param extractor the backbone on the graph's backend
 * @param pixels name of the image's normalised pixels, {@code (1, 3, height, width)}
 */
public record DetectorGraph(GraphBackend backend, PixelExtractor extractor, String pixels) {
    /** The operators. */
    public OnnxGraph graph() {
        return backend.graph();
    }

    /** A scope of the backend. */
    public Scope scope() {
        return backend.scope();
    }

    /** The features of the image, {@code (1, N, C)}. */
    public Tensor features() {
        return features(pixels);
    }

    /**
     * The features of changed pixels, {@code (1, N, C)}.
     *
     * @param changed name of the pixels, {@code (1, 3, height, width)}
     */
    public Tensor features(String changed) {
        Tensor prepared = scope().allocate(1, extractor.preparedSize());
        if (extractor instanceof GraphPreparation drawn) {
            backend.write(prepared, drawn.prepare(graph(), changed), 1, extractor.preparedSize());
        } else {
            requirePlainPreparation();
            backend.write(prepared, changed, 1, 3, extractor.inputHeight(), extractor.inputWidth());
        }
        Tensor features = scope().allocate(1, extractor.patches(), extractor.width());
        extractor.features(prepared, features);
        return features;
    }

    private void requirePlainPreparation() {
        float[] random = new float[3 * extractor.inputHeight() * extractor.inputWidth()];
        Random values = new Random(0);
        for (int i = 0; i < random.length; i++) {
            random[i] = values.nextFloat();
        }
        Tensor prepared = scope().allocate(1, extractor.preparedSize());
        extractor.prepare(random, prepared);
        if (!Arrays.equals(random, prepared.toArray())) {
            throw new InvalidInputException(
                    "ONNX export",
                    "the backbone " + extractor.name() + ", which rearranges pixels",
                    "another backbone");
        }
    }

    /** A copy of a tensor of another backend. */
    public Tensor constant(Tensor other) {
        return scope().upload(other.toArray(), other.shape());
    }

    /** Applies an operator and returns its only result. */
    public String apply(String operator, String... inputs) {
        return graph().apply(operator, inputs);
    }

    /** Reduces the last axis, which keeps the length 1. */
    public String reduce(String operator, String value) {
        return apply(operator, value, graph().integers(-1));
    }

    /** Changes the shape. */
    public String reshape(String value, long... shape) {
        return apply("Reshape", value, graph().integers(shape));
    }

    /** The highest values of each row, in descending order. */
    public String highest(String rows, int count) {
        return graph().apply("TopK", new Attributes().with("axis", -1), 2, rows, graph().integers(count))
                .get(0);
    }

    /**
     * Applies a matrix to the columns of a map and another one to the rows.
     *
     * @param map name of {@code (h, w)}
     * @param down {@code (H, h)}
     * @param across {@code (W, w)}
     * @return name of {@code (H, W)}
     */
    public String separable(String map, float[] down, float[] across, int height, int width) {
        String columns = apply("MatMul", graph().weight(down, height, down.length / height), map);
        String turned = apply("Transpose", graph().weight(across, width, across.length / width));
        return apply("MatMul", columns, turned);
    }
}
