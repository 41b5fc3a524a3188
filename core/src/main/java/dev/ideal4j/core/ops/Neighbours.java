package dev.ideal4j.core.ops;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** Cosine nearest neighbours. The matrix of all similarities is never held. */
public interface Neighbours {
    /** Norms below this count as this (PyTorch's {@code normalize}): a zero row has cosine 0 to everything. */
    float NORM_EPS = 1e-12f;

    /**
     * Prepares references for search.
     *
     * @param references {@code (n, c)}, n ≥ 1; copied
     */
    NeighbourIndex index(Tensor references, Scope scope);

    /**
     * The k most similar references of each query row by cosine, most similar first; among equals (as float32) the lower
     * index first, NaN after every number. Equal references get equal cosines, wherever in the index they stand.
     *
     * @param queries {@code (q, c)}
     * @param k 1 to the index's size
     * @param similarities {@code (q, k)}, written: cosines
     * @param indices {@code (q, k)}, written: rows of the index
     */
    void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices);

    /** Checks for {@link #index}. */
    static void checkIndex(Tensor references) {
        Checks.rank("references", references.shape(), 2);
        Checks.range("references", references.shape().axis(0), 1, Integer.MAX_VALUE);
    }

    /** Checks for {@link #topK}. */
    static void checkTopK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        Checks.width("queries", queries.shape(), index.width());
        Checks.range("k", k, 1, index.size());
        int rows = queries.shape().rows();
        Checks.rows("similarities", similarities.shape(), rows, k);
        Checks.shape("indices", Shape.of(indices.shape().rows(), indices.shape().last()), rows, k);
        Checks.separate("similarities", similarities, queries);
    }
}
