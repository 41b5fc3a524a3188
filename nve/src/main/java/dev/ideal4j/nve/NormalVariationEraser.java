package dev.ideal4j.nve;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.NeighbourIndex;
import org.jspecify.annotations.Nullable;

/**
 * Normal Variation Eraser (IDEAL, arXiv 2605.23231, §NVE). It computes the deviation of patch features from normality.
 * Each target row is compared with the centre of its nearest normal rows. The directions in which these normal rows
 * vary among themselves are erased from the difference. See {@link LocalPca#erase} for the formula. The eraser has no
 * trainable parameters.
 *
 * <p>An eraser is prepared once for a set of normal rows and then used for any number of targets. It is immutable and
 * thread-safe, and lives as long as the scope in which it was created. It never holds the similarities of all targets
 * with all normal rows.
 */
public final class NormalVariationEraser {
    private final NeighbourIndex index;
    private final int neighbours;
    private final int rank;
    private final float strength;

    /**
     * The amount of variation that is erased.
     *
     * @param neighbours k, the number of nearest normal rows in the local model, 1 to {@value LocalPca#MAX_NEIGHBOURS};
     *     all rows are used if there are fewer than k
     * @param rank r, the number of erased directions, 0 to {@code neighbours}
     * @param strength α, the share of the variation that is erased, 0 to 1
     */
    public record Settings(int neighbours, int rank, float strength) {
        /** The published settings: k = 12, r = 4, α = 0.8. */
        public static final Settings PUBLISHED = new Settings(12, 4, 0.8f);

        /**
         * Checks the ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
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
     * The result of {@link #erase}.
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
     * @param settings amount of erased variation; k and r shrink to n if n is smaller
     * @param scope owner of the prepared rows
     */
    public static NormalVariationEraser of(Tensor normal, Settings settings, Scope scope) {
        return new NormalVariationEraser(normal.backend().neighbours().index(normal, scope), settings);
    }

    /** Returns the normal rows as they were given, {@code (n, c)}. */
    public Tensor normal() {
        return index.rows();
    }

    /**
     * Erases normal variation.
     *
     * @param targets features of patches, {@code (t, c)} with any leading axes; not modified
     * @param scope owner of the result
     * @return new tensors in {@code scope}
     */
    public Erased erase(Tensor targets, Scope scope) {
        Tensor residuals = scope.allocate(targets.shape());
        Tensor cosine = scope.allocate(targets.shape().rows());
        erase(targets, residuals, cosine);
        return new Erased(residuals, cosine);
    }

    /**
     * Erases normal variation and writes the results into existing tensors.
     *
     * @param targets features of patches, {@code (t, c)} with any leading axes; not modified
     * @param residuals of the targets' shape, overwritten
     * @param cosine {@code (t)}, overwritten with the cosine of each target row to its nearest normal row; may be null
     */
    public void erase(Tensor targets, Tensor residuals, @Nullable Tensor cosine) {
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
