package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.detectors.onnx.DetectorGraph;

/**
 * The subspace of normal patches as one linear layer. The layer computes the residual, the reconstruction or the coordinates
 * of a patch. Immutable and thread-safe; belongs to the scope it was made in.
 */
final class Subspace {
    /** Added to eigenvalues and norms, as published. */
    private static final double EPS = 1e-6;

    private final PrincipalAxes axes;
    private final int drop;
    private final PatchScore score;
    private final PackedWeight layer;
    private final int components;

    /**
     * Creates a subspace.
     *
     * @param drop number of leading axes that are left out
     * @param scope owns the layer
     */
    Subspace(PrincipalAxes axes, int drop, PatchScore score, Scope scope) {
        this.axes = axes;
        this.drop = drop;
        this.score = score;
        this.components = axes.axes().length;
        int width = axes.mean().length;
        boolean coordinates = score == PatchScore.MAHALANOBIS || score == PatchScore.EUCLIDEAN;
        double[][] weight = coordinates ? coordinates(axes, drop) : projector(axes, drop);
        float[] flat = new float[weight.length * width];
        float[] bias = new float[weight.length];
        for (int row = 0; row < weight.length; row++) {
            // The layer reconstructs x − µ. For the cosine, the mean is added again.
            double shift = score == PatchScore.COSINE ? axes.mean()[row] : 0;
            for (int i = 0; i < width; i++) {
                flat[row * width + i] = (float) weight[row][i];
                shift -= weight[row][i] * axes.mean()[i];
            }
            bias[row] = (float) shift;
        }
        try (Scope local = scope.backend().scope()) {
            layer = scope.backend()
                    .products()
                    .pack(local.upload(flat, weight.length, width), local.upload(bias, weight.length), scope);
        }
    }

    private double[][] coordinates(PrincipalAxes axes, int drop) {
        double[][] weight = new double[components][axes.mean().length];
        for (int axis = Math.min(drop, components); axis < components; axis++) {
            double scale = score == PatchScore.MAHALANOBIS ? Math.sqrt(axes.eigenvalues()[axis] + EPS) : 1;
            for (int i = 0; i < weight[axis].length; i++) {
                weight[axis][i] = axes.axes()[axis][i] / scale;
            }
        }
        return weight;
    }

    /** The projection onto the subspace, or for {@link PatchScore#RECONSTRUCTION} onto its orthogonal complement. */
    private double[][] projector(PrincipalAxes axes, int drop) {
        int width = axes.mean().length;
        int sign = score == PatchScore.RECONSTRUCTION ? -1 : 1;
        double[][] weight = new double[width][width];
        for (int row = 0; row < width; row++) {
            weight[row][row] = score == PatchScore.RECONSTRUCTION ? 1 : 0;
            for (int axis = drop; axis < components; axis++) {
                double factor = sign * axes.axes()[axis][row];
                for (int i = 0; i < width; i++) {
                    weight[row][i] += factor * axes.axes()[axis][i];
                }
            }
        }
        return weight;
    }

    /** Number of axes, including the leading ones that are left out. */
    int components() {
        return components;
    }

    /**
     * The scores of patches.
     *
     * @param features {@code (N, C)}; not modified
     */
    float[] scores(Tensor features) {
        Backend backend = features.backend();
        int rows = features.shape().rows();
        try (Scope local = backend.scope()) {
            Tensor mapped = local.allocateUninitialised(rows, layer.out());
            backend.products().linear(features, layer, Epilogue.NONE, mapped);
            if (score == PatchScore.COSINE) {
                return cosines(features.toArray(), mapped.toArray(), layer.in());
            }
            Tensor norms = local.allocate(rows);
            backend.reductions().norm(mapped, norms);
            float[] scores = norms.toArray();
            for (int i = 0; i < rows; i++) {
                scores[i] *= scores[i];
            }
            return scores;
        }
    }

    /**
     * Draws {@link #scores}.
     *
     * @param features {@code (N, C)}, on the backend of the graph
     * @return name of {@code (N, 1)}
     */
    String draw(DetectorGraph graph, Tensor features) {
        PackedWeight drawn = new Subspace(axes, drop, score, graph.scope()).layer;
        Tensor mapped = graph.scope().allocate(features.shape().rows(), drawn.out());
        graph.backend().products().linear(features, drawn, Epilogue.NONE, mapped);
        String y = graph.backend().value(mapped);
        if (score != PatchScore.COSINE) {
            return graph.reduce("ReduceSumSquare", y);
        }
        String x = graph.backend().value(features);
        String both = graph.reduce("ReduceSum", graph.apply("Mul", x, y));
        String eps = graph.graph().constant((float) EPS);
        String lengths = graph.apply(
                "Mul",
                graph.apply("Add", graph.reduce("ReduceL2", x), eps),
                graph.apply("Add", graph.reduce("ReduceL2", y), eps));
        return graph.apply("Sub", graph.graph().constant(1f), graph.apply("Div", both, lengths));
    }

    private static float[] cosines(float[] x, float[] y, int width) {
        float[] scores = new float[x.length / width];
        for (int row = 0; row < scores.length; row++) {
            double both = 0;
            double xx = 0;
            double yy = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                both += (double) x[i] * y[i];
                xx += (double) x[i] * x[i];
                yy += (double) y[i] * y[i];
            }
            scores[row] = (float) (1 - both / ((Math.sqrt(xx) + EPS) * (Math.sqrt(yy) + EPS)));
        }
        return scores;
    }
}
