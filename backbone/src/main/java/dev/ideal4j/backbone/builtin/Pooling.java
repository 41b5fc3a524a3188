package dev.ideal4j.backbone.builtin;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;

/**
 * Pools a grid of block descriptions to the grid of patches, with a Gaussian window around each patch. The window is
 * separable, so two small matrix products are sufficient.
 */
final class Pooling {
    private final int from;
    private final int to;
    private final Tensor once;
    private final Tensor perRow;

    /**
     * @param from side of the grid of blocks
     * @param to side of the grid of patches
     * @param sigma standard deviation of the window, in patches
     */
    Pooling(int from, int to, double sigma, Scope scope) {
        this.from = from;
        this.to = to;
        float[] window = window(from, to, sigma);
        float[] repeated = new float[to * window.length];
        for (int row = 0; row < to; row++) {
            System.arraycopy(window, 0, repeated, row * window.length, window.length);
        }
        this.once = scope.upload(window, to, from);
        this.perRow = scope.upload(repeated, to, to, from);
    }

    /**
     * Pools one image.
     *
     * @param blocks {@code (from · from, c)}
     * @return {@code (to · to, c)}
     */
    Tensor apply(Tensor blocks, Scope scope) {
        int width = blocks.shape().last();
        Tensor rows = scope.allocate(to, from * width);
        scope.backend().products().multiply(once, blocks.reshape(from, from * width), rows);
        Tensor cells = scope.allocate(to, to, width);
        scope.backend().products().multiply(perRow, rows.reshape(to, from, width), cells);
        return cells.reshape(to * to, width);
    }

    private static float[] window(int from, int to, double sigma) {
        float[] window = new float[to * from];
        double[] row = new double[from];
        for (int t = 0; t < to; t++) {
            double sum = 0;
            for (int f = 0; f < from; f++) {
                double d = (t + 0.5) - (f + 0.5) * to / from;
                row[f] = StrictMath.exp(-d * d / (2 * sigma * sigma));
                sum += row[f];
            }
            for (int f = 0; f < from; f++) {
                window[t * from + f] = (float) (row[f] / sum);
            }
        }
        return window;
    }
}
