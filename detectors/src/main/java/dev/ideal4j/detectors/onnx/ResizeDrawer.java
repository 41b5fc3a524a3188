package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.image.PillowResize.Filter;

/**
 * Draws {@link dev.ideal4j.core.image.PillowResize} for images of any size, bit for bit. ONNX's own antialiased resize
 * differs by a grey level in up to 1 % of the pixels. The weights are computed in the graph in double precision and rounded
 * to fixed point, as Pillow does. Sums of their products with samples are exact in double precision. The result is computed
 * in blocks, because each block needs only a part of the source.
 */
record ResizeDrawer(OnnxGraph graph, Filter filter) {
    /** Samples of the result in a block. */
    private static final int BLOCK = 32;

    /** One in fixed point. */
    private static final double ONE = 1 << 22;

    /**
     * Draws the resize of planes of bytes.
     *
     * @param planes name of {@code (3, h, w)}, of any h and w
     * @return name of {@code (3, height, width)}
     */
    String resize(String planes, int height, int width) {
        return down(across(planes, width), height);
    }

    private String across(String planes, int to) {
        Axis axis = new Axis(planes, 2, to);
        String[] blocks = new String[(to + BLOCK - 1) / BLOCK];
        for (int i = 0; i < blocks.length; i++) {
            Block block = axis.block(i);
            String turned = graph.apply("Transpose", block.weights);
            blocks[i] = rounded(graph.apply("MatMul", block.samples, turned));
        }
        return joined(blocks, 2);
    }

    private String down(String planes, int to) {
        Axis axis = new Axis(planes, 1, to);
        String[] blocks = new String[(to + BLOCK - 1) / BLOCK];
        for (int i = 0; i < blocks.length; i++) {
            Block block = axis.block(i);
            blocks[i] = rounded(graph.apply("MatMul", block.weights, block.samples));
        }
        return joined(blocks, 1);
    }

    private String joined(String[] blocks, int axis) {
        return blocks.length == 1 ? blocks[0] : graph.apply("Concat", new Attributes().with("axis", axis), blocks);
    }

    /** The byte of a sum in fixed point. */
    private String rounded(String sums) {
        String half = graph.apply("Add", sums, graph.constant(ONE / 2));
        String whole = graph.apply("Floor", graph.apply("Mul", half, graph.constant(1 / ONE)));
        return graph.cast(graph.apply("Clip", whole, graph.constant(0.0), graph.constant(255.0)), Type.UINT8);
    }

    /**
     * A block of the result.
     *
     * @param samples the source samples that it needs, in double precision
     * @param weights {@code (results, samples)}
     */
    private record Block(String samples, String weights) {}

    /** One axis of a resize. */
    private final class Axis {
        private final String planes;
        private final int axis;
        private final int to;
        private final String length;
        private final String lengthExact;
        private final String scale;
        private final String narrowing;
        private final String support;

        Axis(String planes, int axis, int to) {
            this.planes = planes;
            this.axis = axis;
            this.to = to;
            this.length = graph.apply("Gather", graph.apply("Shape", planes), graph.integers(axis));
            this.lengthExact = graph.cast(length, Type.DOUBLE);
            this.scale = graph.apply("Div", lengthExact, graph.constant((double) to));
            String widening = graph.apply("Max", scale, graph.constant(1.0));
            this.narrowing = graph.apply("Div", graph.constant(1.0), widening);
            this.support = graph.apply("Mul", graph.constant(filter == Filter.BICUBIC ? 2.0 : 1.0), widening);
        }

        Block block(int index) {
            int begin = index * BLOCK;
            int end = Math.min(to, begin + BLOCK);
            long[] results = new long[end - begin];
            for (int i = 0; i < results.length; i++) {
                results[i] = begin + i;
            }
            String numbers = graph.cast(graph.integers(results, results.length, 1), Type.DOUBLE);
            String centre = graph.apply("Mul", graph.apply("Add", numbers, graph.constant(0.5)), scale);
            // Both bounds are truncated towards zero. The first one is never negative afterwards.
            String first = graph.apply(
                    "Floor",
                    graph.apply(
                            "Max",
                            graph.apply("Add", graph.apply("Sub", centre, support), graph.constant(0.5)),
                            graph.constant(0.0)));
            String last = graph.apply(
                    "Min",
                    graph.apply("Floor", graph.apply("Add", graph.apply("Add", centre, support), graph.constant(0.5))),
                    lengthExact);
            String from = end(first, 0);
            String until = end(last, results.length - 1);
            String positions = positions(from, until);
            String offset = graph.apply("Add", graph.apply("Sub", positions, centre), graph.constant(0.5));
            String values = kernel(graph.apply("Mul", offset, narrowing));
            String inside = graph.apply(
                    "And", graph.apply("GreaterOrEqual", positions, first), graph.apply("Less", positions, last));
            values = graph.apply("Mul", values, graph.cast(inside, Type.DOUBLE));
            String sum = graph.apply("ReduceSum", values, graph.integers(1));
            return new Block(samples(from, until), fixedPoint(graph.apply("Div", values, sum)));
        }

        /** One entry of a column of whole numbers, as an integer. */
        private String end(String column, int row) {
            return graph.cast(
                    graph.apply("Gather", graph.apply("Reshape", column, graph.integers(-1)), graph.integers(row)),
                    Type.INT64);
        }

        /** The positions of source samples, {@code (1, n)}. */
        private String positions(String from, String until) {
            String scalar = graph.integers(new long[0], 0);
            String range = graph.apply(
                    "Range",
                    graph.apply("Reshape", from, scalar),
                    graph.apply("Reshape", until, scalar),
                    graph.integers(new long[] {1}, new long[0]));
            return graph.cast(graph.apply("Unsqueeze", range, graph.integers(0)), Type.DOUBLE);
        }

        private String samples(String from, String until) {
            return graph.cast(graph.apply("Slice", planes, from, until, graph.integers(axis)), Type.DOUBLE);
        }
    }

    /** {@link Filter#at}, in the same order of operations. */
    private String kernel(String x) {
        String t = graph.apply("Abs", x);
        if (filter == Filter.BILINEAR) {
            return graph.apply("Max", graph.apply("Sub", graph.constant(1.0), t), graph.constant(0.0));
        }
        double a = -0.5;
        // ((a + 2) t − (a + 3)) t t + 1
        String near = graph.apply("Sub", graph.apply("Mul", graph.constant(a + 2), t), graph.constant(a + 3));
        near = graph.apply("Mul", graph.apply("Mul", near, t), t);
        near = graph.apply("Add", near, graph.constant(1.0));
        // (((t − 5) t + 8) t − 4) a
        String far = graph.apply("Mul", graph.apply("Sub", t, graph.constant(5.0)), t);
        far = graph.apply("Mul", graph.apply("Add", far, graph.constant(8.0)), t);
        far = graph.apply("Mul", graph.apply("Sub", far, graph.constant(4.0)), graph.constant(a));
        String isNear = graph.cast(graph.apply("Less", t, graph.constant(1.0)), Type.DOUBLE);
        String isFar = graph.cast(graph.apply("Less", t, graph.constant(2.0)), Type.DOUBLE);
        isFar = graph.apply("Sub", isFar, isNear);
        return graph.apply("Add", graph.apply("Mul", near, isNear), graph.apply("Mul", far, isFar));
    }

    /** Weights times 2²², rounded half away from zero. */
    private String fixedPoint(String weights) {
        String scaled = graph.apply("Mul", weights, graph.constant(ONE));
        String half = graph.apply("Mul", graph.apply("Sign", weights), graph.constant(0.5));
        String magnitude = graph.apply("Floor", graph.apply("Abs", graph.apply("Add", scaled, half)));
        return graph.apply("Mul", magnitude, graph.apply("Sign", weights));
    }
}
