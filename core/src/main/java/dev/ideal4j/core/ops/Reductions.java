package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/** Reductions of rows to numbers. */
public final class Reductions {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Reductions(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Mean of the k largest elements of each row; NaN if the row has a NaN.
     *
     * @param x {@code (r, c)}
     * @param k 1 to c
     * @param out {@code (r)}
     */
    public void topMean(Tensor x, int k, Tensor out) {
        checkTopMean(x, k, out);
        implementation.topMean(x, k, out);
    }

    /**
     * Euclidean norm of each row.
     *
     * @param x {@code (r, c)}
     * @param out {@code (r)}
     */
    public void norm(Tensor x, Tensor out) {
        checkNorm(x, out);
        implementation.norm(x, out);
    }

    /**
     * Gradient of {@link #topMean}, written: {@code dOut / k} at the k largest elements, the first among equals, 0
     * elsewhere.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r)}
     * @param dx {@code (r, c)}
     */
    public void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        checkTopMean(x, k, dOut);
        Checks.gradient("dx", dx, x, dOut);
        implementation.topMeanGradient(x, k, dOut, dx);
    }

    /**
     * Sum of the rows.
     *
     * @param x {@code (r, c)}
     * @param out {@code (c)}
     */
    public void columnSum(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().last());
        Checks.separate("out", out, x);
        implementation.columnSum(x, out);
    }

    /** Checks for {@link #topMean}. */
    private static void checkTopMean(Tensor x, int k, Tensor out) {
        Checks.range("k", k, 1, x.shape().last());
        checkNorm(x, out);
    }

    /** Checks for {@link #norm}. */
    private static void checkNorm(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().rows());
        Checks.separate("out", out, x);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void topMean(Tensor x, int k, Tensor out);

        void norm(Tensor x, Tensor out);

        void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx);

        void columnSum(Tensor x, Tensor out);
    }
}
