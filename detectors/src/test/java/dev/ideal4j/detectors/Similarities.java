package dev.ideal4j.detectors;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;

/** Similarity maps as the published implementations give them. */
public final class Similarities {
    private Similarities() {}

    /**
     * Both similarities at full size.
     *
     * @param normal {@code (b, N)}, on a square grid
     * @param abnormal {@code (b, N)}
     * @param side of the maps, in pixels
     * @return {@code (b, 2, side · side)}
     */
    public static float[] pixels(Tensor normal, Tensor abnormal, int side) {
        Tensor[] channels = {normal, abnormal};
        int samples = normal.shape().axis(0);
        int grid = (int) Math.sqrt(normal.shape().last());
        try (Scope scope = normal.backend().scope()) {
            Tensor maps = scope.allocate(2 * samples, side, side);
            for (int i = 0; i < 2 * samples; i++) {
                Tensor similarity = channels[i % 2].slice(i / 2, 1).reshape(1, grid, grid);
                scope.backend().resampling().bilinear(similarity, maps.slice(i, 1));
            }
            return maps.toArray();
        }
    }
}
