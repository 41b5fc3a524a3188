package dev.ideal4j.detectors.patchcore;

import java.util.Random;
import java.util.random.RandomGenerator;

/** What PatchCore draws in a fit. */
interface Draws {
    /** Distortion of distances that the number of projected components allows, 0.9: ε²/2 − ε³/3. */
    double DISTORTION = 0.9 * 0.9 / 2 - 0.9 * 0.9 * 0.9 / 3;

    /** Components of the authors' projection. */
    int AUTHORS_COMPONENTS = 128;

    /**
     * A projection of rows to fewer numbers.
     *
     * @param n rows
     * @param width of a row
     * @return {@code (components, width)}, or null to compare the rows as they are
     */
    float[] projection(int n, int width);

    /** Different rows of n to begin with. */
    int[] starts(int n, int count);

    /** Draws by a seed. */
    static Draws seeded(PatchCoreVariant variant, long seed) {
        Random random = new Random(seed);
        return new Draws() {
            @Override
            public float[] projection(int n, int width) {
                int components = variant == PatchCoreVariant.ANOMALIB
                        ? Math.max(1, (int) (4 * Math.log(n) / DISTORTION))
                        : AUTHORS_COMPONENTS;
                if (components >= width) {
                    return null; // it would save nothing
                }
                return variant == PatchCoreVariant.ANOMALIB
                        ? sparse(components, width, random)
                        : dense(components, width, random);
            }

            @Override
            public int[] starts(int n, int count) {
                return random.ints(0, n).distinct().limit(count).toArray();
            }
        };
    }

    /** Each entry differs from zero with a chance of 1/√width, and is then ±width^¼/√components. */
    private static float[] sparse(int components, int width, RandomGenerator random) {
        double density = 1 / Math.sqrt(width);
        float size = (float) (1 / Math.sqrt(density * components));
        float[] projection = new float[components * width];
        for (int i = 0; i < projection.length; i++) {
            if (random.nextDouble() < density) {
                projection[i] = random.nextBoolean() ? size : -size;
            }
        }
        return projection;
    }

    /** Uniform in ±1/√width. */
    private static float[] dense(int components, int width, RandomGenerator random) {
        float[] projection = new float[components * width];
        for (int i = 0; i < projection.length; i++) {
            projection[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(width));
        }
        return projection;
    }
}
