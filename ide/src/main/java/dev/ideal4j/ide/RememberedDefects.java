package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.Arrays;
import java.util.List;

/**
 * Recognises defects that were shown before, however little they deviate. A patch counts as a known defect if its distance to
 * one of the defect's patches is at most a third of its distance to the nearest normal patch. With {@code d_n = 1 − cosine}
 * to the nearest normal patch and {@code d_d = 1 − cosine} to the nearest defect patch,
 *
 * <pre>  score = max(score, min(1, 10 · (d_n − 3 d_d)))</pre>
 *
 * <p>{@link KnownDefects} at most doubles a score, so a defect that scores far below the threshold stays below it. Defect
 * patches are the patches that the mask mostly covers and that deviate at least half as much as the most deviating defect
 * patch of the same reference. A mask that is too wide therefore adds no normal patches.
 *
 * <p>Immutable and thread-safe. Lives as long as the scope in which it was created.
 */
public final class RememberedDefects {
    private static final float NEARER = 3;
    private static final float GAIN = 10;
    private static final double CORE = 0.5;

    private final NeighbourIndex defects;
    private final Tensor one;
    private final Tensor shift;

    private RememberedDefects(NeighbourIndex defects, Scope scope) {
        this.defects = defects;
        this.one = scope.upload(new float[] {1}, 1);
        this.shift = scope.upload(new float[] {1 - NEARER}, 1);
    }

    /**
     * Learns from references.
     *
     * @param features features of the references' patches, {@code (a·N, C)}, reference by reference
     * @param cosine cosine of each patch to its nearest normal patch, {@code (a·N)}
     * @param covered for each reference, the defect patches; see {@link PatchMask#covered}
     * @param scope owner of the result
     */
    public static RememberedDefects of(Tensor features, Tensor cosine, List<PatchMask> covered, Scope scope) {
        int width = features.shape().last();
        float[] rows = features.toArray();
        float[] cosines = cosine.toArray();
        float[] kept = new float[rows.length];
        int count = 0;
        int first = 0;
        for (PatchMask defect : covered) {
            double most = 0;
            for (int patch = 0; patch < defect.size(); patch++) {
                most = defect.marked(patch) ? Math.max(most, 1 - cosines[first + patch]) : most;
            }
            for (int patch = 0; patch < defect.size(); patch++) {
                if (most > 0 && defect.marked(patch) && 1 - cosines[first + patch] >= CORE * most) {
                    System.arraycopy(rows, (first + patch) * width, kept, count++ * width, width);
                }
            }
            first += defect.size();
        }
        if (count == 0) {
            return new RememberedDefects(null, scope);
        }
        try (Scope local = scope.backend().scope()) {
            Tensor known = local.upload(Arrays.copyOf(kept, count * width), count, width);
            return new RememberedDefects(scope.backend().neighbours().index(known, scope), scope);
        }
    }

    /**
     * Returns a copy on another backend.
     *
     * @param scope owner of the copy
     */
    public RememberedDefects over(Scope scope) {
        return new RememberedDefects(defects == null ? null : KnownDefects.copied(defects, scope), scope);
    }

    /**
     * Raises the scores of remembered defects. The operations depend only on the number of scores, so they can be
     * recorded.
     *
     * @param features features of patches, {@code (q, C)} with any leading axes
     * @param cosine cosine of each patch to its nearest normal patch, q values
     * @param scores scores of the same patches; modified
     */
    public void raise(Tensor features, Tensor cosine, Tensor scores) {
        if (defects == null) {
            return;
        }
        Backend backend = scores.backend();
        int count = features.shape().rows();
        try (Scope local = backend.scope()) {
            Tensor likeness = local.allocate(count, 1);
            Tensor flat = features.reshape(count, features.shape().last());
            backend.neighbours().topK(flat, defects, 1, likeness, local.allocateIndices(count, 1));
            // d_n − 3 d_d = 3 cos_d − cos_n + (1 − 3)
            Tensor found = local.allocate(count);
            backend.activations().scale(cosine.reshape(count), -1, found);
            backend.activations().add(found, NEARER, likeness.reshape(count), found);
            backend.activations().add(found, 1, shift, found);
            backend.activations().scale(found, GAIN, found);
            // min(1, x) = 1 − max(0, 1 − x)
            backend.activations().scale(found, -1, found);
            backend.activations().add(found, 1, one, found);
            backend.activations().apply(Activation.RELU, found, found);
            backend.activations().scale(found, -1, found);
            backend.activations().add(found, 1, one, found);
            // max(s, x) = s + max(0, x − s)
            Tensor row = scores.reshape(count);
            backend.activations().add(found, -1, row, found);
            backend.activations().apply(Activation.RELU, found, found);
            backend.activations().add(row, 1, found, row);
        }
    }
}
