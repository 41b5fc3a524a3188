package dev.ideal4j.detectors.patchcore;

import java.util.Random;
import java.util.random.RandomGenerator;

/** The random draws of a PatchCore fit. */
interface Draws {
    /** ε²/2 − ε³/3 for the distortion ε = 0.9 of distances, which determines the number of projected components. */
    double DISTORTION = 0.9 * 0.9 / 2 - 0.9 * 0.9 * 0.9 / 3;

    /** Components of the authors' projection. */
    int AUTHORS_COMPONENTS = 128;

    /**
     * A projection of rows to fewer components.
     *
     * @param n number of rows
     * @param width width of a row
     * @return {@code (components, width)}, or null to compare unprojected rows
     */
    float[] projection(int n, int width);

    /** Distinct indices below n of the rows to begin with. */
    int[] starts(int n, int count);

    /** Draws that depend on a seed only. */
    static Draws seeded(PatchCoreVariant variant, long seed) {
        Random random = new Random(seed);
        return new Draws() {
            @Override
            public float[] projection(int n, int width) {
                int components = variant == PatchCoreVariant.ANOMALIB
                        ? Math.max(1, (int) (4 * Math.log(n) / DISTORTION))
                        : AUTHORS_COMPONENTS;
                if (components >= width) {
                    return null; // a projection would not make rows shorter
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

    /** Each entry is nonzero with probability 1/√width. Nonzero entries are ±width^¼/√components. */
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

    /** Entries are uniform in ±1/√width. */
    private static float[] dense(int components, int width, RandomGenerator random) {
        float[] projection = new float[components * width];
        for (int i = 0; i < projection.length; i++) {
            projection[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(width));
        }
        return projection;
    }
}
