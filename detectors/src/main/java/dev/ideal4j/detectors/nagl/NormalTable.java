package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;

/**
 * The features of normal patches with two searches, as in the published implementation: the largest cosine measures how well
 * a patch is matched, and the row with the largest dot product is subtracted for the residual. Immutable; belongs to its
 * scope.
 *
 * <p>The search by dot product is a search by cosine among rows that an additional column makes equally long: {@code (t,
 * √(m² − ‖t‖²))}, where m is the greatest length, against {@code (q, 0)}.
 */
final class NormalTable {
    /** Rows are widened to a multiple of this number, for vector units. */
    private static final int STEP = 8;

    private final NeighbourIndex byCosine;
    private final NeighbourIndex byProduct;
    private final int wide;

    /**
     * @param rows {@code (n, C)}, n ≥ 1; copied
     * @param scope owns the indices
     */
    NormalTable(Tensor rows, Scope scope) {
        Backend backend = scope.backend();
        int width = rows.shape().last();
        wide = (width / STEP + 1) * STEP;
        byCosine = backend.neighbours().index(rows, scope);
        try (Scope local = backend.scope()) {
            byProduct = backend.neighbours().index(equallyLong(rows, wide, local), scope);
        }
    }

    private static Tensor equallyLong(Tensor rows, int wide, Scope scope) {
        int count = rows.shape().axis(0);
        int width = rows.shape().last();
        float[] values = rows.toArray();
        double[] squares = new double[count];
        double most = 0;
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < width; i++) {
                double value = values[row * width + i];
                squares[row] += value * value;
            }
            most = Math.max(most, squares[row]);
        }
        float[] widened = new float[Math.multiplyExact(count, wide)];
        for (int row = 0; row < count; row++) {
            System.arraycopy(values, row * width, widened, row * wide, width);
            widened[row * wide + width] = (float) Math.sqrt(most - squares[row]);
        }
        return scope.upload(widened, count, wide);
    }

    /** The rows as they were given, {@code (n, C)}. */
    Tensor rows() {
        return byCosine.rows();
    }

    /**
     * Writes the cosine of each patch to the nearest row.
     *
     * @param patches {@code (q, C)} with any leading axes; not modified
     * @param cosine receives q values
     */
    void cosine(Tensor patches, Tensor cosine) {
        Backend backend = patches.backend();
        int count = patches.shape().rows();
        try (Scope local = backend.scope()) {
            Indices indices = local.allocateIndices(count, 1);
            backend.neighbours().topK(patches, byCosine, 1, cosine.reshape(count, 1), indices);
        }
    }

    /**
     * Writes each patch minus the row with which it has the largest dot product.
     *
     * @param patches {@code (q, C)} with any leading axes; not modified
     * @param residuals receives q rows
     */
    void residuals(Tensor patches, Tensor residuals) {
        Backend backend = patches.backend();
        int count = patches.shape().rows();
        int width = patches.shape().last();
        Tensor flat = patches.reshape(count, width);
        try (Scope local = backend.scope()) {
            Tensor widened = local.allocate(count, wide);
            backend.layout().columns(flat, 0, widened, 0, width);
            Tensor similarities = local.allocate(count, 1);
            Indices indices = local.allocateIndices(count, 1);
            backend.neighbours().topK(widened, byProduct, 1, similarities, indices);
            Tensor nearest = local.allocate(flat.shape());
            backend.layout().gather(rows(), indices, nearest);
            backend.activations().add(flat, -1, nearest, residuals.reshape(count, width));
        }
    }
}
