package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;

/** What the drawers of operations share. */
abstract class Drawer {
    final GraphBackend backend;
    final OnnxGraph graph;

    Drawer(GraphBackend backend) {
        this.backend = backend;
        this.graph = backend.graph();
    }

    /** The value of a tensor as a matrix of its rows. */
    final String rows(Tensor x) {
        return backend.value(x, x.shape().rows(), x.shape().last());
    }

    final String apply(String operator, String... inputs) {
        return graph.apply(operator, inputs);
    }

    final String reshape(String value, int... shape) {
        return graph.apply("Reshape", value, graph.integers(GraphBackend.longs(shape)));
    }

    final String transpose(String value, long... order) {
        return graph.apply("Transpose", new Attributes().with("perm", order), value);
    }

    /** Reduces an axis, which keeps the length 1. */
    final String reduce(String operator, String value, int axis) {
        return graph.apply(operator, value, graph.integers(axis));
    }

    final String activation(Activation f, String x) {
        return switch (f) {
            case NONE -> x;
            case GELU -> {
                String erf = apply("Erf", apply("Div", x, graph.constant((float) Math.sqrt(2))));
                String twice = apply("Mul", x, apply("Add", erf, graph.constant(1f)));
                yield apply("Mul", twice, graph.constant(0.5f));
            }
            case RELU -> apply("Relu", x);
            case SIGMOID -> apply("Sigmoid", x);
            case QUICK_GELU ->
                apply("Mul", x, apply("Sigmoid", apply("Mul", x, graph.constant(Activation.QUICK_GELU_SLOPE))));
            case RELU6 -> apply("Clip", x, graph.constant(0f), graph.constant(6f));
        };
    }

    /** {@code x / max(‖x‖, eps)} along the last axis. */
    final String normalised(String x, float eps) {
        return apply("Div", x, apply("Max", reduce("ReduceL2", x, -1), graph.constant(eps)));
    }
}
