package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import java.util.List;

/** Draws the search for nearest neighbours by cosine. Called by name. */
final class SearchDrawer extends Drawer {
    SearchDrawer(GraphBackend backend) {
        super(backend);
    }

    /**
     * Rows to search.
     *
     * @param turned the normalised rows, {@code (c, n)}
     */
    private record Index(Tensor rows, String turned) implements NeighbourIndex {
        @Override
        public void close() {
            // The graph keeps the rows.
        }
    }

    NeighbourIndex index(Tensor references, Scope scope) {
        int rows = references.shape().axis(0);
        int width = references.shape().last();
        float[] values = references.toArray();
        float[] turned = new float[values.length];
        for (int row = 0; row < rows; row++) {
            double square = 0;
            for (int i = 0; i < width; i++) {
                square += (double) values[row * width + i] * values[row * width + i];
            }
            double norm = Math.max(Math.sqrt(square), Neighbours.NORM_EPS);
            for (int i = 0; i < width; i++) {
                turned[i * rows + row] = (float) (values[row * width + i] / norm);
            }
        }
        return new Index(scope.upload(values, rows, width), graph.weight(turned, width, rows));
    }

    void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        int rows = queries.shape().rows();
        String cosines = apply("MatMul", normalised(rows(queries), Neighbours.NORM_EPS), ((Index) index).turned);
        if (k == 1) {
            // The two results are separate operators, so that a graph without the positions does not compute them.
            backend.write(similarities, reduce("ReduceMax", cosines, -1), rows, 1);
            backend.write(indices, graph.apply("ArgMax", new Attributes().with("axis", -1), cosines), rows, 1);
            return;
        }
        List<String> found = graph.apply("TopK", new Attributes().with("axis", -1), 2, cosines, graph.integers(k));
        backend.write(similarities, found.get(0), rows, k);
        backend.write(indices, found.get(1), rows, k);
    }
}
