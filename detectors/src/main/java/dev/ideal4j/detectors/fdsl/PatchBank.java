package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.Arrays;

/**
 * Reference patches of one layer, and the differences between queries and their best matches. Immutable; valid as long as the
 * scope it was made in.
 *
 * <p>The backend searches by cosine only. Additional columns make all rows equally long, so that the largest dot product or
 * the smallest distance becomes the largest cosine. With {@code r′ = (r, √(M² − ‖r‖²))} and {@code q′ = (q, 0)},
 * {@code cos(q′, r′) = ⟨q, r⟩ / (‖q‖ M)}. For the distance there is another column, {@code c − ½‖r‖²} in the rows and 1 in
 * the query.
 */
final class PatchBank {
    private final float[] rows;
    private final int width;
    private final int extra;
    private final NeighbourIndex index;

    /**
     * @param rows {@code (n, C)}, row-major; kept, not copied
     * @param unit whether all rows and all queries have length 1; false for rows that are rounded to half precision
     * @param scope owns the index
     */
    PatchBank(float[] rows, int width, FdslConfig.Alignment alignment, boolean unit, Scope scope) {
        this.rows = rows;
        this.width = width;
        this.extra = unit ? 0 : alignment == FdslConfig.Alignment.MULMAX ? 1 : 2;
        try (Scope local = scope.backend().scope()) {
            float[] searched = extra == 0 ? rows : lengthened();
            this.index = scope.backend()
                    .neighbours()
                    .index(local.upload(searched, rows.length / width, width + extra), scope);
        }
    }

    /** Number of rows. */
    int size() {
        return rows.length / width;
    }

    private float[] lengthened() {
        int count = size();
        double[] squares = new double[count];
        double[] halves = new double[count];
        for (int row = 0; row < count; row++) {
            for (int i = row * width; i < (row + 1) * width; i++) {
                squares[row] += (double) rows[i] * rows[i];
            }
        }
        if (extra == 2) {
            double mean = Arrays.stream(squares).average().orElse(0);
            Arrays.setAll(halves, row -> (mean - squares[row]) / 2);
        }
        double most = 0;
        for (int row = 0; row < count; row++) {
            most = Math.max(most, squares[row] + halves[row] * halves[row]);
        }
        float[] out = new float[count * (width + extra)];
        for (int row = 0; row < count; row++) {
            int at = row * (width + extra);
            System.arraycopy(rows, row * width, out, at, width);
            if (extra == 2) {
                out[at + width] = (float) halves[row];
            }
            double length = squares[row] + halves[row] * halves[row];
            out[at + width + extra - 1] = (float) Math.sqrt(Math.max(0, most - length));
        }
        return out;
    }

    /** The index of the row that matches each query {@code (r, C)} best; the first among equals. */
    int[] match(Tensor queries) {
        try (Scope local = queries.backend().scope()) {
            return match(queries, local).toArray();
        }
    }

    private Indices match(Tensor queries, Scope scope) {
        Backend backend = queries.backend();
        int count = queries.shape().rows();
        Tensor searched = extra == 0 ? queries : lengthened(queries, count, scope);
        Indices found = scope.allocateIndices(count, 1);
        backend.neighbours().topK(searched, index, 1, scope.allocate(count, 1), found);
        return found;
    }

    private Tensor lengthened(Tensor queries, int count, Scope scope) {
        Tensor out = scope.allocate(count, width + extra);
        queries.backend().layout().columns(queries, 0, out, 0, width);
        if (extra == 2) {
            float[] ones = new float[count];
            Arrays.fill(ones, 1);
            queries.backend().layout().columns(scope.upload(ones, count, 1), 0, out, width, 1);
        }
        return out;
    }

    /**
     * Differences between queries and their best matches.
     *
     * @param queries {@code (r, C)}; not modified
     * @param absolute whether to return absolute values
     * @param scope owns the result
     * @return {@code (r, C)}
     */
    Tensor differences(Tensor queries, boolean absolute, Scope scope) {
        Backend backend = queries.backend();
        int count = queries.shape().rows();
        Tensor differences = scope.allocate(count, width);
        try (Scope local = backend.scope()) {
            Tensor gathered = local.allocate(count, width + extra);
            backend.layout().gather(index.rows(), match(queries, local), gathered);
            Tensor references = extra == 0 ? gathered : local.allocate(count, width);
            if (extra > 0) {
                backend.layout().columns(gathered, 0, references, 0, width);
            }
            backend.activations().add(queries, -1, references, differences);
            if (absolute) {
                backend.activations().absolute(differences, differences);
            }
        }
        return differences;
    }
}
