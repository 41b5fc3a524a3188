package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.Rotation;
import java.util.ArrayList;
import java.util.List;

/** Draws blocks of vision transformers. Called by name. */
final class BlockDrawer extends Drawer {
    BlockDrawer(GraphBackend backend) {
        super(backend);
    }

    /** The weights of a block, which the graph keeps. */
    private record Block(BlockWeights weights) implements PackedBlock {
        @Override
        public int width() {
            return weights.width();
        }

        @Override
        public int heads() {
            return weights.heads();
        }

        @Override
        public void close() {
            // The graph keeps the weights.
        }
    }

    PackedBlock pack(BlockWeights weights, Scope scope) {
        return new Block(weights);
    }

    void forward(List<? extends PackedBlock> blocks, Rotation rotation, Tensor x) {
        int[] shape = x.shape().toArray();
        String tokens = backend.value(x);
        for (PackedBlock packed : blocks) {
            BlockWeights block = ((Block) packed).weights;
            String attended = attention(block, rotation, norm(block.norm1(), tokens), shape);
            tokens = apply("Add", tokens, scaled(block.scale1(), attended));
            tokens = apply("Add", tokens, scaled(block.scale2(), feedForward(block, norm(block.norm2(), tokens))));
        }
        backend.write(x, tokens);
    }

    private String norm(BlockWeights.Norm norm, String x) {
        Attributes attributes = new Attributes().with("axis", -1).with("epsilon", norm.eps());
        return graph.apply(
                "LayerNormalization", attributes, x, backend.value(norm.gamma()), backend.value(norm.beta()));
    }

    private String scaled(Tensor scale, String x) {
        return scale == null ? x : apply("Mul", x, backend.value(scale));
    }

    private String linear(BlockWeights.Linear layer, String x) {
        // The weight is transposed when the file is written, so that the heap never has all weights twice.
        String weight = graph.weight(
                () -> RowDrawer.transposed(layer.weight().toArray(), layer.out()), layer.in(), layer.out());
        String product = apply("MatMul", x, weight);
        return layer.bias() == null ? product : apply("Add", product, backend.value(layer.bias()));
    }

    private String attention(BlockWeights block, Rotation rotation, String x, int[] shape) {
        int heads = block.heads();
        int each = block.width() / heads;
        String packed = reshape(linear(block.qkv(), x), shape[0], shape[1], 3, heads, each);
        packed = transpose(packed, 2, 0, 3, 1, 4);
        List<String> parts = new ArrayList<>();
        for (String part : graph.apply("Split", new Attributes().with("axis", 0).with("num_outputs", 3), 3, packed)) {
            parts.add(apply("Squeeze", part, graph.integers(0)));
        }
        String q = apply("Mul", turned(parts.get(0), rotation, each), graph.constant((float) (1 / Math.sqrt(each))));
        String k = turned(parts.get(1), rotation, each);
        String scores = apply("MatMul", q, transpose(k, 0, 1, 3, 2));
        String mixed = apply("MatMul", graph.apply("Softmax", new Attributes().with("axis", -1), scores), parts.get(2));
        return linear(block.projection(), reshape(transpose(mixed, 0, 2, 1, 3), shape));
    }

    /** Rotates the heads of queries or keys, {@code (b, heads, n, d)}, by their positions. */
    private String turned(String x, Rotation rotation, int each) {
        if (rotation == null) {
            return x;
        }
        String cos = backend.value(rotation.cosines());
        String sin = backend.value(rotation.sines());
        List<String> halves =
                graph.apply("Split", new Attributes().with("axis", -1).with("num_outputs", 2), 2, x);
        String a = halves.get(0);
        String b = halves.get(1);
        return graph.apply(
                "Concat",
                new Attributes().with("axis", -1),
                apply("Sub", apply("Mul", a, cos), apply("Mul", b, sin)),
                apply("Add", apply("Mul", b, cos), apply("Mul", a, sin)));
    }

    private String feedForward(BlockWeights block, String x) {
        String hidden = linear(block.expand(), x);
        if (!block.gated()) {
            return linear(block.contract(), activation(block.activation(), hidden));
        }
        List<String> halves =
                graph.apply("Split", new Attributes().with("axis", -1).with("num_outputs", 2), 2, hidden);
        String gate = apply("Mul", halves.get(0), apply("Sigmoid", halves.get(0)));
        return linear(block.contract(), apply("Mul", gate, halves.get(1)));
    }
}
