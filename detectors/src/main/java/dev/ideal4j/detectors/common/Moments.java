package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;

/**
 * Number, mean and scatter matrix of rows, accumulated in double precision. The size of this object does not depend on the
 * number of rows. Not thread-safe.
 */
public final class Moments {
    private static final String COUNT = "count";
    private static final String MEAN = "mean";
    private static final String SCATTER = "scatter";

    private final double[] mean;
    private final double[] scatter;
    private long count;

    /** Creates moments of no rows. */
    public Moments(int width) {
        this(new double[width], new double[Math.multiplyExact(width, width)], 0);
    }

    private Moments(double[] mean, double[] scatter, long count) {
        this.mean = mean;
        this.scatter = scatter;
        this.count = count;
    }

    /**
     * Adds rows. The host subtracts the mean of these rows, and the backend multiplies them in float32.
     *
     * @param rows {@code (n, width)}, row-major; not modified
     * @param scope scope whose backend multiplies; nothing stays in the scope
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
        double[] gram = new double[products.length];
        for (int i = 0; i < gram.length; i++) {
            gram[i] = products[i];
        }
        add(new Moments(own, gram, added));
    }

    /** Adds the rows of other moments, by Chan's formula. */
    public void add(Moments others) {
        int width = mean.length;
        long all = count + others.count;
        if (others.count == 0) {
            return;
        }
        double share = (double) count * others.count / all;
        double[] apart = new double[width];
        for (int i = 0; i < width; i++) {
            apart[i] = others.mean[i] - mean[i];
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                int at = i * width + j;
                scatter[at] += others.scatter[at] + share * apart[i] * apart[j];
            }
        }
        for (int i = 0; i < width; i++) {
            mean[i] += apart[i] * others.count / all;
        }
        count = all;
    }

    /**
     * Writes these moments as float32.
     *
     * @param name prefix of the tensors' names
     */
    public void write(String name, ArrayWeights weights) {
        int width = mean.length;
        weights.put(name + COUNT, Shape.of(1), new float[] {count});
        weights.put(name + MEAN, Shape.of(width), floats(mean));
        weights.put(name + SCATTER, Shape.of(width, width), floats(scatter));
    }

    /**
     * Reads moments that {@link #write} wrote.
     *
     * @throws InvalidInputException if something is missing or of another width
     */
    public static Moments read(String name, Weights weights, int width) {
        double[] mean = doubles(weights.read(name + MEAN));
        double[] scatter = doubles(weights.read(name + SCATTER));
        if (mean.length != width || scatter.length != width * width) {
            throw new InvalidInputException(weights.origin(), name + " of width " + mean.length, "width " + width);
        }
        return new Moments(mean, scatter, (long) weights.read(name + COUNT)[0]);
    }

    /** These moments rounded to float32, so that they have the same bits as after writing and reading. */
    public Moments rounded() {
        return new Moments(doubles(floats(mean)), doubles(floats(scatter)), count);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
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
