package dev.ideal4j.backbone.builtin;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;

/**
 * The second layer: it selects the values of the pooled maps that form the description of a patch. Energies are used
 * unchanged. Most mean colours are used as the difference to their surroundings, which does not depend on lighting.
 */
final class Description {
    /** A pooled map: the level of the pyramid and the standard deviation of the window in patches. */
    record Map(int level, double sigma) {}

    /** The pooled maps. */
    static final Map[] MAPS = {
        new Map(0, 0.5), new Map(0, 1.2), new Map(0, 6), new Map(1, 0.8), new Map(1, 2), new Map(2, 1.5)
    };

    /** Maps whose energies are used. */
    private static final int[] ENERGIES = {0, 1, 3, 5};

    /**
     * Maps whose mean colours are used. The mean colours of the second map, if there is one, are subtracted from those
     * of the first.
     */
    private static final int[][] COLOURS = {{0, 2}, {3, 4}, {4}};

    private Description() {}

    /** Number of elements of a description without the constant. */
    static int width() {
        return ENERGIES.length * FilterBank.energies() + COLOURS.length * FilterBank.MEANS;
    }

    /**
     * Adds a weight {@code describe.N} for each map. The sum of their products is the description, in which each
     * number is divided by its standard deviation.
     */
    static void put(ArrayWeights weights, float[] deviations) {
        int inputs = FilterBank.width();
        float[][] matrices = new float[MAPS.length][(width() + 1) * inputs];
        int row = 0;
        for (int map : ENERGIES) {
            for (int energy = 0; energy < FilterBank.energies(); energy++, row++) {
                matrices[map][row * inputs + energy] = 1 / deviations[row];
            }
        }
        for (int[] maps : COLOURS) {
            for (int mean = 0; mean < FilterBank.MEANS; mean++, row++) {
                for (int i = 0; i < maps.length; i++) {
                    matrices[maps[i]][row * inputs + FilterBank.energies() + mean] =
                            (i == 0 ? 1 : -1) / deviations[row];
                }
            }
        }
        for (int map = 0; map < matrices.length; map++) {
            weights.put("describe." + map, Shape.of(width() + 1, inputs), matrices[map]);
        }
    }
}
