package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import java.util.List;

/**
 * Draws the local PCA of the Normal Variation Eraser. ONNX has no eigendecomposition. A loop of Jacobi rotations
 * diagonalises the small matrices of all rows together, in double precision. Each step rotates half as many pairs as a matrix
 * has rows, in the order of a round-robin tournament, so that n − 1 steps rotate each pair once.
 */
final class LocalPcaDrawer extends Drawer {
    /** Number of times that each pair is rotated. Convergence is quadratic after a few. */
    private static final int SWEEPS = 10;

    LocalPcaDrawer(GraphBackend backend) {
        super(backend);
    }

    void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int rows = targets.shape().rows();
        int width = targets.shape().last();
        int k = similarities.shape().last();
        String weights = graph.apply("Softmax", new Attributes().with("axis", -1), rows(similarities));
        String near = apply("Gather", backend.value(references), backend.value(indices, rows, k));
        String centre = apply("MatMul", reshape(weights, rows, 1, k), near);
        String difference = apply("Sub", backend.value(targets, rows, 1, width), centre);
        String result = difference;
        if (rank > 0 && strength != 0) {
            String shares = apply("Sqrt", apply("Add", weights, graph.constant(LocalPca.WEIGHT_EPS)));
            String spread =
                    graph.cast(apply("Mul", reshape(shares, rows, k, 1), apply("Sub", near, centre)), Type.DOUBLE);
            String precise = graph.cast(difference, Type.DOUBLE);
            String directions = directions(spread, rows, k, rank);
            String along = apply("MatMul", directions, transpose(precise, 0, 2, 1));
            String erased = apply("MatMul", transpose(along, 0, 2, 1), directions);
            erased = apply("Mul", erased, graph.constant((double) strength));
            result = graph.cast(apply("Sub", precise, erased), Type.FLOAT);
        }
        backend.write(out, result, rows, 1, width);
    }

    /** The directions to erase, {@code (rows, rank, c)}; those that are only noise are zero. */
    private String directions(String spread, int rows, int k, int rank) {
        int even = k + k % 2;
        String gram = apply("MatMul", spread, transpose(spread, 0, 2, 1));
        if (even > k) {
            gram = apply("Pad", gram, graph.integers(0, 0, 0, 0, 1, 1));
        }
        List<String> solved = eigen(gram, rows, even);
        Attributes first = new Attributes().with("axis", -1);
        List<String> top = graph.apply("TopK", first, 2, diagonal(graph, solved.get(0), even), graph.integers(rank));
        String chosen =
                apply("Expand", apply("Unsqueeze", top.get(1), graph.integers(2)), graph.integers(rows, rank, even));
        String vectors = graph.apply(
                "GatherElements", new Attributes().with("axis", 1), transpose(solved.get(1), 0, 2, 1), chosen);
        vectors = apply("Slice", vectors, graph.integers(0), graph.integers(k), graph.integers(2));
        String directions = apply("MatMul", vectors, spread);
        String length = apply("Max", reduce("ReduceL2", directions, -1), graph.constant((double) LocalPca.NORM_EPS));
        String noise =
                apply("Mul", reduce("ReduceMax", top.get(0), -1), graph.constant((double) LocalPca.EIGENVALUE_NOISE));
        String real = graph.cast(apply("Greater", top.get(0), noise), Type.DOUBLE);
        return apply("Mul", apply("Div", directions, length), reshape(real, rows, rank, 1));
    }

    /** The diagonals of {@code (rows, n, n)}, {@code (rows, n)}. */
    private String diagonal(OnnxGraph in, String matrices, int n) {
        String entries = in.apply("Mul", matrices, identity(n));
        return in.apply("ReduceSum", new Attributes().with("keepdims", 0), entries, in.integers(2));
    }

    private String identity(int n) {
        float[] identity = new float[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return graph.cast(backend.shared(identity, 1, n, n), Type.DOUBLE);
    }

    /** Diagonalised symmetric matrices, {@code (rows, n, n)}, and their eigenvectors as columns, in the same order. */
    private List<String> eigen(String matrices, int rows, int n) {
        OnnxGraph body = graph.body("jacobi");
        String order = graph.integers(tournament(n));
        Object[] shape = {rows, n, n};
        body.input("step_" + body.name(), Type.INT64);
        body.input("go_" + body.name(), Type.BOOL);
        String matrix = body.input("matrix_" + body.name(), Type.DOUBLE, shape);
        String vectors = body.input("vectors_" + body.name(), Type.DOUBLE, shape);
        List<String> both = step(body, matrix, vectors, n, order);
        body.output("going_" + body.name(), "go_" + body.name(), Type.BOOL);
        body.output("rotated_" + body.name(), both.get(0), Type.DOUBLE, shape);
        body.output("turned_" + body.name(), both.get(1), Type.DOUBLE, shape);
        String start = apply("Expand", identity(n), graph.integers(rows, n, n));
        String steps = graph.integers(new long[] {SWEEPS * (n - 1L)}, new long[0]);
        return graph.apply("Loop", new Attributes().with("body", body), 2, steps, "", matrices, start);
    }

    /** A step: rotates the pairs (i, i + n/2), then changes the order. */
    private List<String> step(OnnxGraph body, String matrix, String vectors, int n, String order) {
        int half = n / 2;
        List<String> rows = halves(body, matrix, 1);
        List<String> above = halves(body, rows.get(0), 2);
        String p = column(body, diagonal(body, above.get(0), half));
        String q = column(body, diagonal(body, halves(body, rows.get(1), 2).get(1), half));
        String off = column(body, diagonal(body, above.get(1), half));
        // tan = sign(q − p) · 2 off / (|q − p| + √((q − p)² + 4 off²)), the smaller of the two angles
        String gap = body.apply("Sub", q, p);
        String twice = body.apply("Add", off, off);
        String root =
                body.apply("Sqrt", body.apply("Add", body.apply("Mul", gap, gap), body.apply("Mul", twice, twice)));
        // A maximum and no sum, because ONNX Runtime drops the addition of a number that is 0 in float32.
        String divisor = body.apply("Max", body.apply("Add", body.apply("Abs", gap), root), body.constant(1e-300));
        String falls = body.cast(body.apply("Less", gap, body.constant(0.0)), Type.DOUBLE);
        String sign = body.apply("Sub", body.constant(1.0), body.apply("Add", falls, falls));
        String tan = body.apply("Div", body.apply("Mul", sign, twice), divisor);
        String square = body.apply("Add", body.apply("Mul", tan, tan), body.constant(1.0));
        String cos = body.apply("Div", body.constant(1.0), body.apply("Sqrt", square));
        String sin = body.apply("Mul", tan, cos);
        String rotated = rotated(body, rows, cos, sin, 1, order);
        String stacked = body.apply("Concat", new Attributes().with("axis", 1), rotated, vectors);
        Attributes turn = new Attributes().with("perm", 0, 2, 1);
        String across = body.apply("Transpose", turn, cos);
        String acrossSin = body.apply("Transpose", new Attributes().with("perm", 0, 2, 1), sin);
        String all = rotated(body, halves(body, stacked, 2), across, acrossSin, 2, order);
        return halves(body, all, 1);
    }

    private static List<String> halves(OnnxGraph in, String value, int axis) {
        return in.apply("Split", new Attributes().with("axis", axis).with("num_outputs", 2), 2, value);
    }

    private static String column(OnnxGraph in, String value) {
        return in.apply("Unsqueeze", value, in.integers(2));
    }

    private static String rotated(OnnxGraph in, List<String> pair, String cos, String sin, int axis, String order) {
        String p = in.apply("Sub", in.apply("Mul", cos, pair.get(0)), in.apply("Mul", sin, pair.get(1)));
        String q = in.apply("Add", in.apply("Mul", sin, pair.get(0)), in.apply("Mul", cos, pair.get(1)));
        String joined = in.apply("Concat", new Attributes().with("axis", axis), p, q);
        return in.apply("Gather", new Attributes().with("axis", axis), joined, order);
    }

    /** The order of n players after a round: the first stays, the others move on by one seat. */
    private static long[] tournament(int n) {
        int half = n / 2;
        long[] order = new long[n];
        for (int i = 1; i < half; i++) {
            order[i] = i == 1 ? half : i - 1;
        }
        for (int i = half; i < n - 1; i++) {
            order[i] = i + 1;
        }
        order[n - 1] = half == 1 ? 1 : half - 1;
        return order;
    }
}
