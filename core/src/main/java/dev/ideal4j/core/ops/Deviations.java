package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Projections of residuals onto deviation vectors and the deviation score (IDEAL). */
public final class Deviations {
    /** Smaller norms are replaced by this value. */
    public static final float NORM_EPS = 1e-12f;

    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Deviations(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * {@code out = (R Vᵀ) V}, per sample. This is a projection if the rows of V are orthonormal. The published method
     * does not orthonormalise them.
     *
     * @param residual R, {@code (b, n, c)}
     * @param vectors V, {@code (b, m, c)}, or {@code (m, c)} shared by all samples
     * @param out {@code (b, n, c)}
     */
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        checkVectors(residual, vectors);
        Checks.shape("out", out.shape(), residual.shape().toArray());
        Checks.separate("out", out, residual);
        Checks.separate("out", out, vectors);
        implementation.project(residual, vectors, out);
    }

    /**
     * Deviation distance, fused: {@code ½‖R/‖R‖ − P/‖P‖‖} with P as in {@link #project}, in [0, 1].
     *
     * @param residual R, {@code (b, n, c)}
     * @param vectors V, {@code (b, m, c)}, or {@code (m, c)} shared by all samples
     * @param out {@code (b, n)}
     */
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        checkDistance(residual, vectors, out);
        implementation.distance(residual, vectors, out);
    }

    /**
     * Gradient of {@link #distance} with respect to the vectors, written, given the gradient of its result.
     *
     * @param residual R, {@code (b, n, c)}
     * @param vectors V, {@code (b, m, c)}
     * @param dOut {@code (b, n)}
     * @param dVectors {@code (b, m, c)}
     */
    public void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        checkDistance(residual, vectors, dOut);
        Checks.rank("vectors", vectors.shape(), 3);
        Checks.gradient("dVectors", dVectors, vectors, dOut);
        Checks.separate("dVectors", dVectors, residual);
        implementation.distanceGradient(residual, vectors, dOut, dVectors);
    }

    /**
     * Patch score {@code ½((1 − distance) + 1 − ½(1 + cosine))}, in [0, 1] except for rounding, element by element. It
     * compares the abnormal similarity with the normal similarity.
     *
     * @param distance deviation distances, or null when there are no abnormal references; then the score is
     *     {@code 1 − ½(1 + cosine)}
     * @param cosine cosine to the nearest normal patch, of the same shape as {@code out}
     * @param out may be {@code distance} or {@code cosine}
     */
    public void patchScore(@Nullable Tensor distance, Tensor cosine, Tensor out) {
        Checks.shape("cosine", cosine.shape(), out.shape().toArray());
        Checks.separateOrSame("out", out, cosine);
        if (distance != null) {
            Checks.shape("distance", distance.shape(), out.shape().toArray());
            Checks.separateOrSame("out", out, distance);
        }
        implementation.patchScore(distance, cosine, out);
    }

    /** Checks for {@link #distance}. */
    private static void checkDistance(Tensor residual, Tensor vectors, Tensor out) {
        checkVectors(residual, vectors);
        Checks.shape(
                "out", out.shape(), residual.shape().axis(0), residual.shape().axis(1));
        Checks.separate("out", out, residual);
        Checks.separate("out", out, vectors);
    }

    private static void checkVectors(Tensor residual, Tensor vectors) {
        Checks.rank("residual", residual.shape(), 3);
        if (vectors.shape().rank() != 2) {
            Checks.rank("vectors", vectors.shape(), 3);
            int batch = residual.shape().axis(0);
            Checks.range("samples of vectors", vectors.shape().axis(0), batch, batch);
        }
        Checks.width("vectors", vectors.shape(), residual.shape().last());
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void project(Tensor residual, Tensor vectors, Tensor out);

        void distance(Tensor residual, Tensor vectors, Tensor out);

        void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors);

        void patchScore(@Nullable Tensor distance, Tensor cosine, Tensor out);
    }
}
