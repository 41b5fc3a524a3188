package dev.ideal4j.backbone.builtin;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import java.util.Arrays;

/**
 * The first layer: the Gabor energies and the mean colour of each block of {@value #BLOCK} × {@value #BLOCK} pixels. An
 * energy measures the variation at an orientation and a wavelength, in brightness or one of two colour contrasts. It is
 * the sum of the rectified responses at four phases and their opposites, so it hardly depends on the position of an
 * edge in the block.
 */
final class FilterBank {
    /** Side of a block in pixels. */
    static final int BLOCK = 7;

    /** Number of means of a block: brightness, red against blue, green against both. */
    static final int MEANS = 3;

    private static final int PHASES = 4;
    private static final double SIGMA = 2.2;
    private static final double GAIN = 3;
    private static final double COLOUR_GAIN = 2;

    /** Brightness and the two contrasts, each a linear combination of red, green and blue. */
    private static final double[][] OPPONENT = {{1 / 3.0, 1 / 3.0, 1 / 3.0}, {0.5, 0, -0.5}, {-0.25, 0.5, -0.25}};

    /** Number of orientations, followed by the wavelengths in pixels, for each channel of {@link #OPPONENT}. */
    private static final double[][] SERIES = {{6, 3.5, 7}, {4, 7}, {4, 7}};

    private FilterBank() {}

    /** Number of energies of a block. */
    static int energies() {
        int count = 0;
        for (double[] series : SERIES) {
            count += (int) series[0] * (series.length - 1);
        }
        return count;
    }

    /** Number of values that describe a block. */
    static int width() {
        return energies() + MEANS;
    }

    /**
     * Adds the weights of the layer: {@code filters} for the responses and their opposites, which are then rectified,
     * and {@code energies} and {@code means}, whose results sum to the description of a block.
     *
     * @param share factor of the description: one divided by the number of averaged blocks
     */
    static void put(ArrayWeights weights, double share) {
        int inputs = 3 * BLOCK * BLOCK;
        int filters = energies() * 2 * PHASES;
        float[] responses = new float[filters * inputs];
        float[] sums = new float[width() * filters];
        int filter = 0;
        int energy = 0;
        for (int channel = 0; channel < SERIES.length; channel++) {
            int orientations = (int) SERIES[channel][0];
            double gain = channel == 0 ? GAIN : GAIN * COLOUR_GAIN;
            for (int w = 1; w < SERIES[channel].length; w++) {
                for (int o = 0; o < orientations; o++, energy++) {
                    for (int half = 0; half < 2 * PHASES; half++, filter++) {
                        double[] wave = gabor(Math.PI * o / orientations, SERIES[channel][w], Math.PI * half / PHASES);
                        spread(wave, channel, gain, responses, filter * inputs);
                        sums[energy * filters + filter] = (float) (share / PHASES);
                    }
                }
            }
        }
        float[] means = new float[width() * inputs];
        double[] even = new double[BLOCK * BLOCK];
        Arrays.fill(even, share / even.length);
        for (int channel = 0; channel < MEANS; channel++) {
            spread(even, channel, 1, means, (energies() + channel) * inputs);
        }
        weights.put("filters", Shape.of(filters, inputs), responses);
        weights.put("energies", Shape.of(width(), filters), sums);
        weights.put("means", Shape.of(width(), inputs), means);
    }

    /** Writes the filter that applies a pattern to a channel of {@link #OPPONENT}. */
    private static void spread(double[] pattern, int channel, double gain, float[] to, int offset) {
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < pattern.length; i++) {
                to[offset + c * pattern.length + i] = (float) (gain * OPPONENT[channel][c] * pattern[i]);
            }
        }
    }

    /** Returns a wave in a Gaussian window, with mean 0 and norm 1. */
    private static double[] gabor(double angle, double wavelength, double phase) {
        double[] wave = new double[BLOCK * BLOCK];
        double[] window = new double[wave.length];
        double total = 0;
        double mean = 0;
        for (int i = 0; i < wave.length; i++) {
            double x = i % BLOCK - (BLOCK - 1) / 2.0;
            double y = i / BLOCK - (BLOCK - 1) / 2.0;
            double along = x * StrictMath.cos(angle) + y * StrictMath.sin(angle);
            window[i] = StrictMath.exp(-(x * x + y * y) / (2 * SIGMA * SIGMA));
            wave[i] = window[i] * StrictMath.cos(2 * Math.PI * along / wavelength + phase);
            total += window[i];
            mean += wave[i];
        }
        double norm = 0;
        for (int i = 0; i < wave.length; i++) {
            wave[i] -= window[i] * mean / total;
            norm += wave[i] * wave[i];
        }
        for (int i = 0; i < wave.length; i++) {
            wave[i] /= Math.sqrt(norm);
        }
        return wave;
    }
}
