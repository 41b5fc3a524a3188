package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;

record ReferenceDeviations(ReferenceBackend backend) implements Deviations.Implementation {
    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        backend.write(project(residual, vectors), out);
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        int width = residual.shape().last();
        double[] r = backend.read(residual);
        double[] p = project(residual, vectors);
        double[] distances = new double[residual.shape().rows()];
        for (int row = 0; row < distances.length; row++) {
            Rows.normalize(r, row * width, width, Deviations.NORM_EPS);
            Rows.normalize(p, row * width, width, Deviations.NORM_EPS);
            Rows.add(-1, p, row * width, r, row * width, width);
            distances[row] = 0.5 * Rows.norm(r, row * width, width);
        }
        backend.write(distances, out);
    }

    /** Returns {@code (R Vᵀ) V}: the sum over the vectors v of {@code (r · v) v}. */
    private double[] project(Tensor residual, Tensor vectors) {
        int rows = residual.shape().axis(1);
        int width = residual.shape().last();
        int count = vectors.shape().axis(-2);
        double[] r = backend.read(residual);
        double[] v = backend.read(vectors);
        double[] p = new double[r.length];
        for (int row = 0; row < residual.shape().rows(); row++) {
            int first = vectors.shape().rank() == 2 ? 0 : row / rows * count;
            for (int vector = first; vector < first + count; vector++) {
                double share = Rows.dot(r, row * width, v, vector * width, width);
                Rows.add(share, v, vector * width, p, row * width, width);
            }
        }
        return p;
    }

    @Override
    public void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        double[] scores = backend.read(cosine);
        double[] distances = distance == null ? null : backend.read(distance);
        for (int i = 0; i < scores.length; i++) {
            double normal = 0.5 * (1 + scores[i]);
            double abnormal = distances == null ? 1 - normal : 1 - distances[i];
            scores[i] = 0.5 * (abnormal + 1 - normal);
        }
        backend.write(scores, out);
    }

    @Override
    public void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        int width = residual.shape().last();
        int rows = residual.shape().axis(1);
        int count = vectors.shape().axis(1);
        double[] r = backend.read(residual);
        double[] v = backend.read(vectors);
        double[] p = project(residual, vectors);
        double[] gradients = backend.read(dOut);
        double[] dv = new double[v.length];
        for (int row = 0; row < residual.shape().rows(); row++) {
            int at = row * width;
            double[] dp = distanceGradient(r, p, at, width, gradients[row]);
            for (int vector = row / rows * count; vector < (row / rows + 1) * count; vector++) {
                Rows.add(Rows.dot(r, at, v, vector * width, width), dp, 0, dv, vector * width, width);
                Rows.add(Rows.dot(dp, 0, v, vector * width, width), r, at, dv, vector * width, width);
            }
        }
        backend.write(dv, dVectors);
    }

    /**
     * Returns the gradient of {@code ½‖r/‖r‖ − p/‖p‖‖} with respect to p, times {@code dOut}. The gradient is 0 where
     * the distance is 0.
     */
    private static double[] distanceGradient(double[] r, double[] p, int at, int width, double dOut) {
        double rNorm = Math.max(Rows.norm(r, at, width), Deviations.NORM_EPS);
        double pNorm = Math.max(Rows.norm(p, at, width), Deviations.NORM_EPS);
        double[] dp = new double[width];
        Rows.add(1 / pNorm, p, at, dp, 0, width);
        Rows.add(-1 / rNorm, r, at, dp, 0, width);
        double twice = Rows.norm(dp, 0, width);
        double share = twice == 0 ? 0 : 0.5 * dOut / twice;
        double along = Rows.dot(dp, 0, p, at, width) / (pNorm * pNorm);
        for (int i = 0; i < width; i++) {
            dp[i] = share * (dp[i] - along * p[at + i]) / pNorm;
        }
        return dp;
    }
}
