package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Applies abnormal references without training. A patch that deviates in the direction of a known defect scores higher, and
 * no score falls. With {@code R} the patch's residual, {@code r_j} the residuals of the references' patches and {@code s_j}
 * the scores {@code ½(1 − cosine)} of these patches,
 *
 * <pre>  likeness = max(0, max_defect w_j cos(R, r_j) − max(0, max_other w_j cos(R, r_j)))
 *  w_j      = min(1, s_j / largest s of the defect patches of the same reference)
 *  score    = s · (1 + likeness)</pre>
 *
 * <p>Defect patches are the patches that the mask mostly covers. The other patches are outside the mask, with at least one
 * patch between. They deviate as normal patches do, so a patch like them is not raised. The weights suppress normal patches
 * inside a mask that is too wide. A reference whose mask marks no patch has no effect.
 *
 * <p>This class has no parameters. It is immutable and thread-safe, and lives as long as the scope in which it was created.
 */
public final class KnownDefects {
    /** Rows are widened to a multiple of this number, for the benefit of vector instructions. */
    private static final int STEP = 8;

    private final Directions defects;
    private final Directions others;
    private final Tensor one;

    /**
     * Weighted directions, for a search of the largest {@code weight · cosine}. This is a search by cosine among rows
     * that are made equally long by a further number: {@code (w·r, √(1 − w²))} against {@code (R, 0)}.
     *
     * @param index index of the widened rows, one of which has the weight 0
     */
    private record Directions(NeighbourIndex index) {
        static Directions of(Tensor rows, Scope scope) {
            int count = rows.shape().axis(0);
            int width = rows.shape().last();
            int wide = (width / STEP + 1) * STEP;
            float[] values = rows.toArray();
            float[] widened = new float[Math.multiplyExact(count, wide)];
            for (int row = 0; row < count; row++) {
                double square = 0;
                for (int i = 0; i < width; i++) {
                    double value = values[row * width + i];
                    square += value * value;
                }
                System.arraycopy(values, row * width, widened, row * wide, width);
                widened[row * wide + width] = (float) Math.sqrt(Math.max(0, 1 - square));
            }
            try (Scope local = scope.backend().scope()) {
                Tensor wideRows = local.upload(widened, count, wide);
                return new Directions(scope.backend().neighbours().index(wideRows, scope));
            }
        }

        Directions over(Scope scope) {
            return new Directions(copied(index, scope));
        }

        /** Returns the largest {@code weight · cosine} of each residual, 0 or more, {@code (q, 1)}. */
        Tensor largest(Tensor residuals, Scope scope) {
            Backend backend = scope.backend();
            int count = residuals.shape().axis(0);
            Tensor largest = scope.allocate(count, 1);
            try (Scope local = backend.scope()) {
                Tensor widened = local.allocate(count, index.width());
                int width = residuals.shape().last();
                backend.layout().columns(residuals, 0, widened, 0, width);
                backend.neighbours().topK(widened, index, 1, largest, local.allocateIndices(count, 1));
            }
            return largest;
        }
    }

    /** Collects directions. The first one is zero, so that a search finds 0 if no cosine is positive. */
    private static final class Gathered {
        private final int width;
        private final List<float[]> rows = new ArrayList<>();

        Gathered(int width) {
            this.width = width;
            rows.add(new float[width]);
        }

        void add(float[] from, int row, double weight) {
            float[] direction = Arrays.copyOfRange(from, row * width, (row + 1) * width);
            double square = 0;
            for (float value : direction) {
                square += (double) value * value;
            }
            if (square > 0) {
                double factor = weight / Math.sqrt(square);
                for (int i = 0; i < width; i++) {
                    direction[i] = (float) (direction[i] * factor);
                }
                rows.add(direction);
            }
        }

        Tensor upload(Scope scope) {
            float[] all = new float[Math.multiplyExact(rows.size(), width)];
            for (int row = 0; row < rows.size(); row++) {
                System.arraycopy(rows.get(row), 0, all, row * width, width);
            }
            return scope.upload(all, rows.size(), width);
        }
    }

    private KnownDefects(Directions defects, Directions others, Scope scope) {
        this.defects = defects;
        this.others = others;
        this.one = scope.upload(new float[] {1}, 1);
    }

    /**
     * Learns from references.
     *
     * @param residuals residuals of the Normal Variation Eraser for the references' patches, {@code (a·N, C)},
     *     reference by reference
     * @param cosine cosine of each patch to its nearest normal patch, {@code (a·N)}
     * @param touched for each reference, the patches that its mask touches
     * @param covered for each reference, the defect patches; see {@link PatchMask#covered}
     * @param scope owner of the result
     * @throws InvalidInputException if the numbers of residuals, cosines and patches differ
     */
    public static KnownDefects of(
            Tensor residuals, Tensor cosine, List<PatchMask> touched, List<PatchMask> covered, Scope scope) {
        int patches = touched.stream().mapToInt(PatchMask::size).sum();
        if (residuals.shape().rows() != patches || cosine.shape().size() != patches) {
            throw new InvalidInputException(
                    "residuals", residuals.shape() + " and cosines " + cosine.shape(), patches + " patches");
        }
        int width = residuals.shape().last();
        float[] rows = residuals.toArray();
        float[] cosines = cosine.toArray();
        Gathered defects = new Gathered(width);
        Gathered others = new Gathered(width);
        int first = 0;
        for (int reference = 0; reference < touched.size(); reference++) {
            PatchMask defect = covered.get(reference);
            PatchMask near = touched.get(reference).grown();
            double most = 0;
            for (int patch = 0; patch < defect.size(); patch++) {
                most = defect.marked(patch) ? Math.max(most, 1 - cosines[first + patch]) : most;
            }
            for (int patch = 0; most > 0 && patch < defect.size(); patch++) {
                double weight = Math.max(0, Math.min(1, (1 - cosines[first + patch]) / most));
                if (defect.marked(patch)) {
                    defects.add(rows, first + patch, weight);
                } else if (!near.marked(patch)) {
                    others.add(rows, first + patch, weight);
                }
            }
            first += defect.size();
        }
        try (Scope local = scope.backend().scope()) {
            return new KnownDefects(
                    Directions.of(defects.upload(local), scope), Directions.of(others.upload(local), scope), scope);
        }
    }

    /**
     * Returns a copy on another backend.
     *
     * @param scope owner of the copy
     */
    public KnownDefects over(Scope scope) {
        return new KnownDefects(defects.over(scope), others.over(scope), scope);
    }

    /** Copies an index to the backend of a scope. */
    static NeighbourIndex copied(NeighbourIndex index, Scope scope) {
        try (Scope local = scope.backend().scope()) {
            Tensor rows = local.upload(index.rows().toArray(), index.rows().shape());
            return scope.backend().neighbours().index(rows, scope);
        }
    }

    /**
     * Multiplies scores by {@code 1 + likeness}. The operations depend only on the number of scores, so they can be
     * recorded.
     *
     * @param residuals residuals of the Normal Variation Eraser for patches, {@code (q, C)} with any leading axes
     * @param scores scores of the same patches, 0 or more; modified
     */
    public void raise(Tensor residuals, Tensor scores) {
        Backend backend = scores.backend();
        int count = residuals.shape().rows();
        try (Scope local = backend.scope()) {
            Tensor flat = residuals.reshape(count, residuals.shape().last());
            Tensor likeness = defects.largest(flat, local);
            backend.activations().add(likeness, -1, others.largest(flat, local), likeness);
            backend.activations().apply(Activation.RELU, likeness, likeness);
            // The element-wise product is computed as a batch normalisation of a row with mean 0 and variance 1.
            Tensor mean = local.allocate(count);
            Tensor variance = local.allocate(count);
            backend.activations().add(variance, 1, one, variance);
            Tensor row = scores.reshape(count);
            Tensor given = local.copy(row);
            backend.batchNorm()
                    .fixed(likeness.reshape(1, count), given, given, mean, variance, 0, row.reshape(1, count));
        }
    }
}
