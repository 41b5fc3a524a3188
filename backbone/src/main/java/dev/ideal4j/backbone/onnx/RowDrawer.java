package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Draws operations on rows: products, norms, element-wise functions, reductions, copies. Called by name. */
final class RowDrawer extends Drawer {
    RowDrawer(GraphBackend backend) {
        super(backend);
    }

    /**
     * The weight of a linear layer.
     *
     * @param weight {@code (out, in)}
     * @param bias {@code (out)}, or null
     */
    record Weight(float[] weight, float[] bias, int in, int out) implements PackedWeight {
        @Override
        public void close() {
            // The graph keeps the weight.
        }
    }

    /** The transpose of a matrix of this many rows. */
    static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] to = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = matrix[row * columns + column];
            }
        }
        return to;
    }

    PackedWeight pack(Tensor weight, Tensor bias, Scope scope) {
        return new Weight(
                weight.toArray(),
                bias == null ? null : bias.toArray(),
                weight.shape().last(),
                weight.shape().axis(0));
    }

    void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        int rows = x.shape().rows();
        String y = product((Weight) weight, x);
        y = activation(epilogue.activation(), y);
        if (epilogue.scale() != null) {
            y = apply("Mul", y, backend.value(epilogue.scale()));
        }
        Tensor residual = epilogue.residual();
        if (residual != null) {
            int repeated = residual.shape().rows();
            if (repeated == rows || repeated == 1) {
                y = apply("Add", y, rows(residual));
            } else {
                String repeats = reshape(y, rows / repeated, repeated, weight.out());
                y = reshape(apply("Add", repeats, rows(residual)), rows, weight.out());
            }
        }
        backend.write(out, y, rows, weight.out());
    }

    private String product(Weight weight, Tensor x) {
        String convolved = backend.unfolded(x, weight);
        if (convolved != null) {
            return convolved;
        }
        String y = apply(
                "MatMul",
                rows(x),
                backend.shared(weight, () -> transposed(weight.weight, weight.out), weight.in, weight.out));
        return weight.bias == null ? y : apply("Add", y, graph.weight(weight.bias, weight.out));
    }

    void multiply(Tensor a, Tensor b, Tensor out) {
        backend.write(out, apply("MatMul", backend.value(a), backend.value(b)));
    }

    void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        backend.write(out, apply("MatMul", backend.value(a), turned(b)));
    }

    void transpose(Tensor x, Tensor out) {
        backend.write(out, turned(x));
    }

    private String turned(Tensor x) {
        return x.shape().rank() == 2 ? transpose(backend.value(x), 1, 0) : transpose(backend.value(x), 0, 2, 1);
    }

    void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        backend.write(
                out, layerNorm(backend.value(x), gamma, beta, eps), x.shape().toArray());
    }

    private String layerNorm(String x, Tensor gamma, Tensor beta, float eps) {
        Attributes attributes = new Attributes().with("axis", -1).with("epsilon", eps);
        return graph.apply("LayerNormalization", attributes, x, backend.value(gamma), backend.value(beta));
    }

    void l2(Tensor x, float eps, Tensor out) {
        backend.write(out, normalised(backend.value(x), eps), x.shape().toArray());
    }

    void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        String deviation = apply("Sqrt", apply("Add", backend.value(variance), graph.constant(eps)));
        String scaled = apply("Div", apply("Sub", backend.value(x), backend.value(mean)), deviation);
        backend.write(
                out,
                apply("Add", apply("Mul", scaled, backend.value(gamma)), backend.value(beta)),
                x.shape().toArray());
    }

    void siluGate(Tensor gu, Tensor out) {
        List<String> halves =
                graph.apply("Split", new Attributes().with("axis", -1).with("num_outputs", 2), 2, rows(gu));
        String gate = apply("Mul", halves.get(0), apply("Sigmoid", halves.get(0)));
        int rows = gu.shape().rows();
        backend.write(out, apply("Mul", gate, halves.get(1)), rows, gu.shape().last() / 2);
    }

    void softmax(Tensor x, Tensor out) {
        backend.write(out, graph.apply("Softmax", new Attributes().with("axis", -1), backend.value(x)));
    }

    void apply(Activation f, Tensor x, Tensor out) {
        backend.write(out, activation(f, backend.value(x)));
    }

    void add(Tensor a, float factor, Tensor b, Tensor out) {
        int[] shape = a.shape().toArray();
        int repeated = (int) b.shape().size();
        int repeats = (int) (a.shape().size() / repeated);
        boolean same = repeats == 1;
        String added = same ? backend.value(b, shape) : backend.value(b, 1, repeated);
        added = factor == 1 ? added : apply("Mul", added, graph.constant(factor));
        if (same) {
            backend.write(out, apply("Add", backend.value(a), added), shape);
        } else {
            backend.write(out, apply("Add", backend.value(a, repeats, repeated), added), repeats, repeated);
        }
    }

    void scale(Tensor x, float factor, Tensor out) {
        backend.write(out, apply("Mul", backend.value(x), graph.constant(factor)));
    }

    void absolute(Tensor x, Tensor out) {
        backend.write(out, apply("Abs", backend.value(x)));
    }

    void topMean(Tensor x, int k, Tensor out) {
        String top = k == x.shape().last()
                ? rows(x)
                : graph.apply("TopK", new Attributes().with("axis", -1), 2, rows(x), graph.integers(k))
                        .get(0);
        backend.write(out, reduce("ReduceMean", top, -1), x.shape().rows(), 1);
    }

    void norm(Tensor x, Tensor out) {
        backend.write(out, reduce("ReduceL2", rows(x), -1), x.shape().rows(), 1);
    }

    void columnSum(Tensor x, Tensor out) {
        backend.write(out, reduce("ReduceSum", rows(x), 0), 1, x.shape().last());
    }

    void copy(Tensor from, Tensor to) {
        backend.write(to, backend.value(from), from.shape().toArray());
    }

    void gather(Tensor x, Indices rows, Tensor out) {
        int count = (int) rows.shape().size();
        String gathered = apply("Gather", rows(x), backend.value(rows, count));
        backend.write(out, gathered, count, x.shape().last());
    }

    void columns(Tensor x, int first, Tensor out, int at, int count) {
        int rows = x.shape().rows();
        int width = out.shape().last();
        String taken = columns(rows(x), x.shape().last(), first, first + count);
        if (count < width) {
            String old = rows(out);
            String[] pieces = {columns(old, width, 0, at), taken, columns(old, width, at + count, width)};
            String[] some = Arrays.stream(pieces).filter(Objects::nonNull).toArray(String[]::new);
            taken = graph.apply("Concat", new Attributes().with("axis", 1), some);
        }
        backend.write(out, taken, rows, width);
    }

    /** Columns of a matrix; null for none. */
    private String columns(String x, int width, int from, int to) {
        return from == to
                ? null
                : from == 0 && to == width
                        ? x
                        : apply("Slice", x, graph.integers(from), graph.integers(to), graph.integers(1));
    }

    void project(Tensor residual, Tensor vectors, Tensor out) {
        backend.write(out, projected(residual, vectors));
    }

    private String projected(Tensor residual, Tensor vectors) {
        String shares = apply("MatMul", backend.value(residual), turned(vectors));
        return apply("MatMul", shares, backend.value(vectors));
    }

    void distance(Tensor residual, Tensor vectors, Tensor out) {
        String direction = normalised(backend.value(residual), Deviations.NORM_EPS);
        String projection = normalised(projected(residual, vectors), Deviations.NORM_EPS);
        String length = reduce("ReduceL2", apply("Sub", direction, projection), -1);
        int[] shape = out.shape().toArray();
        backend.write(out, apply("Mul", length, graph.constant(0.5f)), shape[0], shape[1], 1);
    }

    void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        // ½((1 − distance) + 1 − ½(1 + cosine)); without distance 1 − ½(1 + cosine).
        String normal = apply("Mul", apply("Add", backend.value(cosine), graph.constant(1f)), graph.constant(0.5f));
        String score = apply("Sub", graph.constant(1f), normal);
        if (distance != null) {
            String like = apply("Sub", graph.constant(1f), backend.value(distance));
            score = apply("Mul", apply("Add", like, score), graph.constant(0.5f));
        }
        backend.write(out, score);
    }
}
