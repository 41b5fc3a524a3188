package dev.ideal4j.backbone.builtin;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SeededValues;

/**
 * The last layer: random Fourier features (Rahimi and Recht 2007). Each feature is a wave along a random direction of
 * the description space. The cosine of the features of two patches is therefore approximately a Gaussian of the
 * distance of their descriptions: near 1 for similar patches and near 0 for different patches. The wave is a sum of
 * GELUs that forms a smooth zigzag with three periods and flat ends.
 */
final class RandomWaves {
    /** Number of bends of the zigzag. */
    static final int BENDS = 7;

    /**
     * The frequency that separates best without training, in units of one divided by the typical distance of two
     * patches.
     */
    static final double SHARP = 1.5;

    /**
     * A frequency of about half of {@link #SHARP}, for training. If a feature is nearly linear between two patches, a
     * change of the patch moves the features in the same direction for many products. An encoder can learn this
     * direction.
     */
    static final double SMOOTH = 0.7;

    private RandomWaves() {}

    /**
     * Adds the weights {@code directions}, and {@code phase.N} and {@code slope.N} of each bend.
     *
     * @param width number of features
     * @param frequency {@link #SHARP} or {@link #SMOOTH}
     */
    static void put(ArrayWeights weights, int width, Statistics statistics, double frequency) {
        int inputs = statistics.mean().length;
        float[] directions = gaussian("builtin/directions", width * inputs, frequency / statistics.spread());
        float[] phases = SeededValues.uniform("builtin/phases", width, Math.PI, 0);
        weights.put("directions", Shape.of(width, inputs), directions);
        double steep = 2 / Math.PI;
        for (int bend = 0; bend < BENDS; bend++) {
            float[] phase = new float[width];
            float[] slope = new float[width];
            boolean end = bend == 0 || bend == BENDS - 1;
            for (int i = 0; i < width; i++) {
                double middle = phases[i] - Math.PI * (bend - BENDS / 2);
                for (int j = 0; j < inputs; j++) {
                    middle -= (double) directions[i * inputs + j] * statistics.mean()[j];
                }
                phase[i] = (float) middle;
                slope[i] = (float) (end ? steep : bend % 2 == 0 ? 2 * steep : -2 * steep);
            }
            weights.put("phase." + bend, Shape.of(width), phase);
            weights.put("slope." + bend, Shape.of(width), slope);
        }
    }

    /** Returns normally distributed numbers (Box and Muller). */
    private static float[] gaussian(String name, int count, double deviation) {
        float[] uniform = SeededValues.uniform(name, 2 * count, 0.5, 0.5);
        float[] normal = new float[count];
        for (int i = 0; i < count; i++) {
            double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform[2 * i]));
            normal[i] = (float) (deviation * radius * StrictMath.cos(2 * Math.PI * uniform[2 * i + 1]));
        }
        return normal;
    }
}
