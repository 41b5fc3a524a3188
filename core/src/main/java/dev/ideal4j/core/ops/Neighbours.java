package dev.ideal4j.core.ops;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** Cosine nearest neighbours. The matrix of all similarities is never in memory as a whole. */
public final class Neighbours {
    /** Smaller norms are replaced by this value (PyTorch's {@code normalize}). A zero row has cosine 0 to every row. */
    public static final float NORM_EPS = 1e-12f;

    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Neighbours(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Prepares references for search.
     *
     * @param references {@code (n, c)}, n ≥ 1; copied
     */
    public NeighbourIndex index(Tensor references, Scope scope) {
        Checks.rank("references", references.shape(), 2);
        Checks.range("references", references.shape().axis(0), 1, Integer.MAX_VALUE);
        return implementation.index(references, scope);
    }

    /**
     * Finds the k most similar references of each query row by cosine, the most similar first. Among equal float32
     * cosines, the lower index comes first. NaN comes after every number. Equal references get equal cosines at any
     * position in the index.
     *
     * @param queries {@code (q, c)}
     * @param k 1 to the index's size
     * @param similarities {@code (q, k)}, written: cosines
     * @param indices {@code (q, k)}, written: rows of the index
     */
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        Checks.width("queries", queries.shape(), index.width());
        Checks.range("k", k, 1, index.size());
        int rows = queries.shape().rows();
        Checks.rows("similarities", similarities.shape(), rows, k);
        Checks.shape("indices", Shape.of(indices.shape().rows(), indices.shape().last()), rows, k);
        Checks.separate("similarities", similarities, queries);
        implementation.topK(queries, index, k, similarities, indices);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        NeighbourIndex index(Tensor references, Scope scope);

        void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices);
    }
}
