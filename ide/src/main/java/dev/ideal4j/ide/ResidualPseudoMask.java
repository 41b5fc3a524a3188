package dev.ideal4j.ide;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Patch masks made from residuals, for abnormal references without usable masks. They mark the 1 % of a reference's
 * patches (at least one) with the longest residuals.
 */
public final class ResidualPseudoMask {
    private static final double FRACTION = 0.01;

    private ResidualPseudoMask() {}

    /**
     * Marks patches.
     *
     * @param residuals residuals of the references' patches, {@code (a·rows·columns, c)}, reference by reference
     * @param rows rows of the patch grid
     * @param columns columns of the patch grid
     * @return one mask per reference
     */
    public static List<PatchMask> of(Tensor residuals, int rows, int columns) {
        float[] norms = norms(residuals);
        int patches = rows * columns;
        List<PatchMask> masks = new ArrayList<>();
        for (int first = 0; first < norms.length; first += patches) {
            int from = first;
            boolean[] marked = new boolean[patches];
            IntStream.range(0, patches)
                    .boxed()
                    .sorted(Comparator.comparingDouble(patch -> -norms[from + patch]))
                    .limit(Math.max(1, (int) (FRACTION * patches)))
                    .forEach(patch -> marked[patch] = true);
            masks.add(PatchMask.of(rows, columns, marked));
        }
        return masks;
    }

    private static float[] norms(Tensor residuals) {
        Backend backend = residuals.backend();
        try (Scope scope = backend.scope()) {
            Tensor norms = scope.allocate(residuals.shape().rows());
            backend.reductions().norm(residuals, norms);
            return norms.toArray();
        }
    }
}
