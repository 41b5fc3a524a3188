package dev.ideal4j.backbone;

import dev.ideal4j.backbone.VitConfig.Position;
import java.util.Arrays;

/**
 * A position embedding on the host that can be resized bicubically to any grid of patches, like in PyTorch. Immutable.
 *
 * @param table {@code (grid · grid, width)} in row-major order; neither copied nor modified
 * @param grid side of the stored square grid
 * @param width channels
 * @param how method of the resize
 */
record PositionEmbedding(float[] table, int grid, int width, Position how) {
    /**
     * Returns the embedding of a grid, {@code (rows · columns, width)}. If the grids are equal, this is the table
     * itself, not a copy.
     */
    float[] resize(int rows, int columns) {
        if (rows == grid && columns == grid) {
            return table;
        }
        Taps across = taps(columns);
        Taps down = taps(rows);
        float[] wide = new float[Math.multiplyExact(grid * width, columns)];
        for (int row = 0; row < grid; row++) {
            across.apply(table, row * grid * width, width, wide, row * columns * width);
        }
        float[] out = new float[Math.multiplyExact(rows * columns, width)];
        down.apply(wide, 0, columns * width, out, 0);
        return out;
    }

    /** The source positions of each target position along an axis, and their weights. */
    private record Taps(int[][] sources, double[][] weights) {
        /** Computes weighted sums of blocks of {@code size} values. */
        void apply(float[] from, int fromOffset, int size, float[] to, int toOffset) {
            double[] sums = new double[size];
            for (int target = 0; target < sources.length; target++) {
                Arrays.fill(sums, 0);
                for (int tap = 0; tap < sources[target].length; tap++) {
                    int source = fromOffset + sources[target][tap] * size;
                    double weight = weights[target][tap];
                    for (int i = 0; i < size; i++) {
                        sums[i] += weight * from[source + i];
                    }
                }
                for (int i = 0; i < size; i++) {
                    to[toOffset + target * size + i] = (float) sums[i];
                }
            }
        }
    }

    private Taps taps(int to) {
        double step = grid / (to + how.offset());
        int[][] sources = new int[to][];
        double[][] weights = new double[to][];
        for (int target = 0; target < to; target++) {
            double centre = (target + 0.5) * step;
            if (how.antialias()) {
                double stretch = Math.max(1, step);
                int first = Math.max(0, (int) (centre - 2 * stretch + 0.5));
                int end = Math.min(grid, (int) (centre + 2 * stretch + 0.5));
                sources[target] = new int[end - first];
                weights[target] = new double[end - first];
                double sum = 0;
                for (int i = 0; i < end - first; i++) {
                    sources[target][i] = first + i;
                    weights[target][i] = cubic((first + i + 0.5 - centre) / stretch, -0.5);
                    sum += weights[target][i];
                }
                for (int i = 0; i < end - first; i++) {
                    weights[target][i] /= sum;
                }
            } else {
                int first = (int) Math.floor(centre - 0.5) - 1;
                sources[target] = new int[4];
                weights[target] = new double[4];
                for (int i = 0; i < 4; i++) {
                    sources[target][i] = Math.min(grid - 1, Math.max(0, first + i));
                    weights[target][i] = cubic(first + i + 0.5 - centre, -0.75);
                }
            }
        }
        return new Taps(sources, weights);
    }

    /** Keys' cubic convolution kernel with constant {@code a}. */
    private static double cubic(double x, double a) {
        double t = Math.abs(x);
        if (t < 1) {
            return ((a + 2) * t - (a + 3)) * t * t + 1;
        } else if (t < 2) {
            return (((t - 5) * t + 8) * t - 4) * a;
        }
        return 0;
    }
}
