package dev.ideal4j.nve;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.NeighbourIndex;

/**
 * Normal Variation Eraser (IDEAL, arXiv 2605.23231, §NVE): what of a patch feature deviates from normality. Each target
 * row is compared with the centre of its nearest normal rows, and the directions in which these vary among themselves
 * are erased from the difference; see {@link LocalPca#erase} for the formula. It has no trainable parameters.
 *
 * <p>Prepared once for a set of normal rows, then used for any number of targets. Immutable and thread-safe; lives as
 * long as the scope it was made in. The similarities of all targets with all normal rows are never held.
 */
public final class NormalVariationEraser {
    private final NeighbourIndex index;
    private final int neighbours;
    private final int rank;
    private final float strength;

    /**
     * How much variation is erased.
     *
     * @param neighbours k, nearest normal rows that make the local model, 1 to {@value LocalPca#MAX_NEIGHBOURS}; with
     *     fewer normal rows, all of them
     * @param rank r, directions erased, 0 to {@code neighbours}
     * @param strength α, share of the variation erased, 0 to 1
     */
    public record Settings(int neighbours, int rank, float strength) {
        /** The published settings: k = 12, r = 4, α = 0.8. */
        public static final Settings PUBLISHED = new Settings(12, 4, 0.8f);

        /** Checks the ranges. */
        public Settings {
            if (neighbours < 1 || neighbours > LocalPca.MAX_NEIGHBOURS) {
                throw new InvalidInputException(
                        "neighbours", Integer.toString(neighbours), "1 to " + LocalPca.MAX_NEIGHBOURS);
            }
            if (rank < 0 || rank > neighbours) {
                throw new InvalidInputException("rank", Integer.toString(rank), "0 to the neighbours, " + neighbours);
            }
            if (!(strength >= 0 && strength <= 1)) {
                throw new InvalidInputException("strength", Float.toString(strength), "0 to 1");
            }
        }
    }

    /**
     * What {@link #erase} finds.
     *
     * @param residuals the targets' deviations from normality, of the targets' shape
     * @param cosine cosine of each target row to its nearest normal row, {@code (t)}
     */
    public record Erased(Tensor residuals, Tensor cosine) {}

    private NormalVariationEraser(NeighbourIndex index, Settings settings) {
        this.index = index;
        this.neighbours = Math.min(settings.neighbours(), index.size());
        this.rank = Math.min(settings.rank(), neighbours);
        this.strength = settings.strength();
    }

    /**
     * Prepares normal rows.
     *
     * @param normal features of normal patches, {@code (n, c)}, n ≥ 1, not L2-normalised; copied
     * @param settings how much to erase; k and r shrink to n when n is smaller
     * @param scope owner of the prepared rows
     */
    public static NormalVariationEraser of(Tensor normal, Settings settings, Scope scope) {
        return new NormalVariationEraser(normal.backend().neighbours().index(normal, scope), settings);
    }

    /** The normal rows as they were given, {@code (n, c)}. */
    public Tensor normal() {
        return index.rows();
    }

    /**
     * Erases normal variation.
     *
     * @param targets features of patches, {@code (t, c)} with any leading axes; not modified
     * @param scope owner of the result
     */
    public Erased erase(Tensor targets, Scope scope) {
        Tensor residuals = scope.allocate(targets.shape());
        Tensor cosine = scope.allocate(targets.shape().rows());
        erase(targets, residuals, cosine);
        return new Erased(residuals, cosine);
    }

    /**
     * Erases normal variation, into memory that is there.
     *
     * @param targets features of patches, {@code (t, c)} with any leading axes; not modified
     * @param residuals of the targets' shape, written
     * @param cosine {@code (t)}, written: cosine of each target row to its nearest normal row; or null
     */
    public void erase(Tensor targets, Tensor residuals, Tensor cosine) {
        Backend backend = targets.backend();
        int rows = targets.shape().rows();
        try (Scope local = backend.scope()) {
            Tensor similarities = local.allocate(rows, neighbours);
            Indices indices = local.allocateIndices(rows, neighbours);
            backend.neighbours().topK(targets, index, neighbours, similarities, indices);
            backend.localPca().erase(targets, index.rows(), similarities, indices, rank, strength, residuals);
            if (cosine != null) {
                backend.layout().columns(similarities, 0, cosine.reshape(rows, 1), 0, 1);
            }
        }
    }
}
