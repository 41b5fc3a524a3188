package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/** Reductions of rows to numbers. */
public interface Reductions {
    /**
     * Mean of the k largest elements of each row; NaN if the row has a NaN.
     *
     * @param x {@code (r, c)}
     * @param k 1 to c
     * @param out {@code (r)}
     */
    void topMean(Tensor x, int k, Tensor out);

    /**
     * Euclidean norm of each row.
     *
     * @param x {@code (r, c)}
     * @param out {@code (r)}
     */
    void norm(Tensor x, Tensor out);

    /**
     * Gradient of {@link #topMean}, written: {@code dOut / k} at the k largest elements, the first among equals, 0
     * elsewhere.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r)}
     * @param dx {@code (r, c)}
     */
    void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx);

    /**
     * Sum of the rows.
     *
     * @param x {@code (r, c)}
     * @param out {@code (c)}
     */
    void columnSum(Tensor x, Tensor out);

    /** Checks for {@link #topMean}. */
    static void checkTopMean(Tensor x, int k, Tensor out) {
        Checks.range("k", k, 1, x.shape().last());
        checkNorm(x, out);
    }

    /** Checks for {@link #norm}. */
    static void checkNorm(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().rows());
        Checks.separate("out", out, x);
    }

    /** Checks for {@link #topMeanGradient}. */
    static void checkTopMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        checkTopMean(x, k, dOut);
        Checks.gradient("dx", dx, x, dOut);
    }

    /** Checks for {@link #columnSum}. */
    static void checkColumnSum(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().last());
        Checks.separate("out", out, x);
    }
}
