package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Writes a DINOv2 vision transformer as an ONNX file (operator set 17) for a fixed image size and any batch size. Input
 * {@code images}, {@code (batch, 3, height, width)}, normalised; outputs {@code patches}, {@code (batch, N, C)}, and
 * {@code class_token}, {@code (batch, C)}, both after the final LayerNorm. The scales of LayerScale and of the
 * attention are multiplied into the neighbouring weights.
 */
public final class OnnxExporter {
    private static final int OPERATOR_SET = 17;
    private static final String BATCH = "batch";

    private final OnnxGraph graph;
    private final VitWeights weights;
    private final VitConfig config;

    private OnnxExporter(VitWeights weights) {
        this.weights = weights;
        this.config = weights.config();
        this.graph = new OnnxGraph(config.name());
    }

    /**
     * Writes the file atomically.
     *
     * @param weights the weights of a DINOv2 model
     * @param height image height, a multiple of the patch size
     * @param width image width, a multiple of the patch size
     * @param file the file to write
     * @throws InvalidInputException if the model is not DINOv2, the size is not a multiple of the patch size, or the
     *     file would exceed 2 GiB
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public static void export(VitWeights weights, int height, int width, Path file) {
        int size = weights.config().patchSize();
        if (height < size || width < size || height % size != 0 || width % size != 0) {
            throw new InvalidInputException("image size", height + "×" + width, "multiples of " + size);
        }
        if (!weights.config().style().equals(VitConfig.Style.DINOV2)) {
            throw new InvalidInputException("model", weights.config().name(), "a DINOv2 network: only these export");
        }
        OnnxExporter exporter = new OnnxExporter(weights);
        exporter.build(height, width);
        exporter.graph.write(OPERATOR_SET, file);
    }

    private void build(int height, int width) {
        int size = config.patchSize();
        int rows = height / size;
        int columns = width / size;
        int prefix = config.prefixTokens();
        int tokens = prefix + rows * columns;
        int c = config.width();

        String images = graph.input("images", Type.FLOAT, BATCH, 3, height, width);
        String x = graph.apply(
                "Conv",
                new Attributes().with("kernel_shape", size, size).with("strides", size, size),
                images,
                weight("patch_embed.proj.weight"),
                weight("patch_embed.proj.bias"));
        x = graph.apply("Reshape", x, graph.integers(0, c, rows * columns));
        x = graph.apply("Transpose", new Attributes().with("perm", 0, 2, 1), x);
        // The zero rows at the front receive the class token and the registers from the table of positions.
        x = graph.apply("Pad", x, graph.integers(0, prefix, 0, 0, 0, 0));
        x = graph.apply("Add", x, graph.weight("positions", () -> positions(rows, columns), 1, tokens, c));
        for (int i = 0; i < config.depth(); i++) {
            x = block("blocks." + i + ".", x, tokens);
        }
        x = layerNorm("norm", x);
        String patches = slice(x, prefix, tokens);
        graph.output("patches", patches, Type.FLOAT, BATCH, rows * columns, c);
        String classToken = graph.apply("Reshape", slice(x, 0, 1), graph.integers(0, c));
        graph.output("class_token", classToken, Type.FLOAT, BATCH, c);
    }

    private float[] positions(int rows, int columns) {
        float[] prefix = weights.prefix();
        float[] patches = weights.positions(rows, columns);
        float[] all = Arrays.copyOf(prefix, prefix.length + patches.length);
        System.arraycopy(patches, 0, all, prefix.length, patches.length);
        return all;
    }

    private String slice(String x, int from, int to) {
        return graph.apply("Slice", x, graph.integers(from), graph.integers(to), graph.integers(1));
    }

    private String block(String block, String x, int tokens) {
        String attended = attention(block, layerNorm(block + "norm1", x), tokens);
        String y = graph.apply("Add", x, attended);
        String normed = layerNorm(block + "norm2", y);
        return graph.apply("Add", y, config.swiglu() ? swiglu(block, normed) : feedForward(block, normed));
    }

    private String attention(String block, String x, int tokens) {
        int heads = config.heads();
        int headWidth = config.width() / heads;
        String packed = linear(block + "attn.qkv", x, this::scaleQueries);
        packed = graph.apply("Reshape", packed, graph.integers(0, tokens, 3, heads, headWidth));
        packed = graph.apply("Transpose", new Attributes().with("perm", 2, 0, 3, 1, 4), packed);
        List<String> qkv = graph.apply("Split", new Attributes().with("axis", 0), 3, packed);
        String first = graph.integers(0);
        String q = graph.apply("Squeeze", qkv.get(0), first);
        String k = graph.apply("Squeeze", qkv.get(1), first);
        String v = graph.apply("Squeeze", qkv.get(2), first);
        String scores =
                graph.apply("MatMul", q, graph.apply("Transpose", new Attributes().with("perm", 0, 1, 3, 2), k));
        String mixed = graph.apply("MatMul", graph.apply("Softmax", new Attributes().with("axis", -1), scores), v);
        mixed = graph.apply("Transpose", new Attributes().with("perm", 0, 2, 1, 3), mixed);
        mixed = graph.apply("Reshape", mixed, graph.integers(0, tokens, config.width()));
        return linear(block + "attn.proj", mixed, rowScale(block + "ls1.gamma"));
    }

    private String feedForward(String block, String x) {
        String hidden = linear(block + "mlp.fc1", x, UnaryOperator.identity());
        return linear(block + "mlp.fc2", gelu(hidden), rowScale(block + "ls2.gamma"));
    }

    private String swiglu(String block, String x) {
        String both = linear(block + "mlp.w12", x, UnaryOperator.identity());
        List<String> halves = graph.apply("Split", new Attributes().with("axis", -1), 2, both);
        String gate = graph.apply("Mul", halves.get(0), graph.apply("Sigmoid", halves.get(0)));
        return linear(block + "mlp.w3", graph.apply("Mul", gate, halves.get(1)), rowScale(block + "ls2.gamma"));
    }

    /** The exact GELU, in the form that runtimes recognise and fuse. */
    private String gelu(String x) {
        String erf = graph.apply("Erf", graph.apply("Div", x, graph.constant((float) Math.sqrt(2))));
        String twice = graph.apply("Mul", x, graph.apply("Add", erf, graph.constant(1)));
        return graph.apply("Mul", twice, graph.constant(0.5f));
    }

    private String layerNorm(String name, String x) {
        return graph.apply(
                "LayerNormalization",
                new Attributes().with("axis", -1).with("epsilon", config.style().normEps()),
                x,
                weight(name + ".weight"),
                weight(name + ".bias"));
    }

    /**
     * Adds a linear layer as a matrix product with the transposed weight.
     *
     * @param scaled scales the rows of the weight and the elements of the bias in the same way
     */
    private String linear(String name, String x, UnaryOperator<float[]> scaled) {
        Shape shape = weights.tensors().shape(name + ".weight");
        int out = shape.axis(0);
        int in = shape.axis(1);
        Supplier<float[]> transposed = () -> transpose(scaled.apply(read(name + ".weight")), out, in);
        String product = graph.apply("MatMul", x, graph.weight(name + ".weight", transposed, in, out));
        return graph.apply("Add", product, graph.weight(name + ".bias", () -> scaled.apply(read(name + ".bias")), out));
    }

    private float[] scaleQueries(float[] rows) {
        float scale = (float) (1 / Math.sqrt(config.width() / (double) config.heads()));
        for (int i = 0; i < rows.length / 3; i++) {
            rows[i] *= scale;
        }
        return rows;
    }

    private UnaryOperator<float[]> rowScale(String gamma) {
        return rows -> {
            float[] scale = read(gamma);
            int row = rows.length / scale.length;
            for (int i = 0; i < rows.length; i++) {
                rows[i] *= scale[i / row];
            }
            return rows;
        };
    }

    private static float[] transpose(float[] from, int rows, int columns) {
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return to;
    }

    private String weight(String name) {
        return graph.weight(
                name,
                () -> read(name),
                Arrays.stream(weights.tensors().shape(name).toArray())
                        .asLongStream()
                        .toArray());
    }

    private float[] read(String name) {
        return weights.tensors().read(name);
    }
}
