package dev.ideal4j.detectors.common;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;

/**
 * Number, mean and scatter of rows, gathered part by part in double precision. Its size does not depend on the number of
 * rows. Not thread-safe.
 */
public final class Moments {
    private final double[] mean;
    private final double[] scatter;
    private long count;

    /** No rows yet. */
    public Moments(int width) {
        this.mean = new double[width];
        this.scatter = new double[Math.multiplyExact(width, width)];
    }

    /**
     * Adds rows: their own mean is taken off on the host, the device multiplies.
     *
     * @param rows {@code (n, width)}, row-major; not modified
     * @param scope whose backend multiplies; keeps nothing
     */
    public void add(float[] rows, Scope scope) {
        int width = mean.length;
        int added = rows.length / width;
        if (added == 0) {
            return;
        }
        double[] own = new double[width];
        for (int i = 0; i < rows.length; i++) {
            own[i % width] += rows[i];
        }
        for (int i = 0; i < width; i++) {
            own[i] /= added;
        }
        float[] centred = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            centred[i] = (float) (rows[i] - own[i % width]);
        }
        float[] products;
        try (Scope local = scope.backend().scope()) {
            Tensor x = local.upload(centred, added, width);
            Tensor gram = local.allocate(width, width);
            scope.backend().products().transposedMultiply(x, x, gram);
            products = gram.toArray();
        }
        merge(added, own, products);
    }

    /** Chan's formula for the moments of two sets. */
    private void merge(int added, double[] own, float[] products) {
        int width = mean.length;
        long all = count + added;
        double share = (double) count * added / all;
        double[] apart = new double[width];
        for (int i = 0; i < width; i++) {
            apart[i] = own[i] - mean[i];
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                scatter[i * width + j] += products[i * width + j] + share * apart[i] * apart[j];
            }
        }
        for (int i = 0; i < width; i++) {
            mean[i] += apart[i] * added / all;
        }
        count = all;
    }

    /** Number of rows. */
    public long count() {
        return count;
    }

    /** The mean; not a copy. */
    public double[] mean() {
        return mean;
    }

    /** {@code Σ (x − mean)(x − mean)ᵀ}, {@code (width, width)}; not a copy. */
    public double[] scatter() {
        return scatter;
    }
}
