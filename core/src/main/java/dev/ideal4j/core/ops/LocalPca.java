package dev.ideal4j.core.ops;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** The local PCA of the Normal Variation Eraser (IDEAL, §NVE). */
public final class LocalPca {
    /** Largest number of neighbours. */
    public static final int MAX_NEIGHBOURS = 64;

    /** Added to each weight under its square root. */
    public static final float WEIGHT_EPS = 1e-12f;

    /** Added to each eigenvalue under its square root. */
    public static final float EIGENVALUE_EPS = 1e-8f;

    /**
     * Eigenvalues up to this fraction of the largest are rounding noise of float32, and their directions are ignored.
     */
    public static final float EIGENVALUE_NOISE = 1e-6f;

    /** Minimum norm of a direction. */
    public static final float NORM_EPS = 1e-12f;

    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public LocalPca(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Erases from each target row the directions in which its normal neighbours vary. Per row t with neighbours
     * x₁ … x_k of similarity s₁ … s_k: {@code w = softmax(s)}, {@code c = Σ wᵢ xᵢ}, {@code d = t − c};
     * {@code Xᵢ = √(wᵢ + 1e-12)·(xᵢ − c)}; with the {@code rank} largest eigenpairs (λ, v) of {@code X Xᵀ},
     * {@code U = Xᵀ V / √(λ + 1e-8)} with normalised columns; {@code out = d − strength · U (Uᵀ d)}.
     *
     * <p>Beyond the paper: directions with λ at most {@link #EIGENVALUE_NOISE} of the largest λ are left out of U. The
     * published code erases along them too, but these directions are noise and differ between devices. A row whose d is
     * not finite becomes NaN as a whole.
     *
     * @param targets {@code (t, c)}
     * @param references {@code (n, c)}
     * @param similarities {@code (t, k)}, 1 ≤ k ≤ {@value #MAX_NEIGHBOURS}
     * @param indices {@code (t, k)}: rows of {@code references}, each 0 to n − 1, which a device need not check
     * @param rank directions to erase, 0 to k
     * @param strength share of the variation that is erased, α in the paper, any finite number; 0 leaves {@code d}
     * @param out {@code (t, c)}
     */
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int rows = targets.shape().rows();
        int k = similarities.shape().last();
        Checks.rank("references", references.shape(), 2);
        Checks.width("targets", targets.shape(), references.shape().axis(1));
        Checks.range("neighbours", k, 1, MAX_NEIGHBOURS);
        Checks.rows("similarities", similarities.shape(), rows, k);
        Checks.shape("indices", Shape.of(indices.shape().rows(), indices.shape().last()), rows, k);
        Checks.range("rank", rank, 0, k);
        Checks.rows("out", out.shape(), rows, targets.shape().last());
        Checks.separate("out", out, targets);
        Checks.separate("out", out, references);
        Checks.separate("out", out, similarities);
        implementation.erase(targets, references, similarities, indices, rank, strength, out);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void erase(
                Tensor targets,
                Tensor references,
                Tensor similarities,
                Indices indices,
                int rank,
                float strength,
                Tensor out);
    }
}
