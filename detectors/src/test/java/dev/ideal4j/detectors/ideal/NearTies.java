package dev.ideal4j.detectors.ideal;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which patches have a k-th and a (k+1)-th nearest normal patch that float32 cannot tell apart. */
final class NearTies {
    /** Cosines of features that come out of a network in float32 are off by about this. */
    static final double GAP = 2e-6;

    private NearTies() {}

    /**
     * Finds them by cosines in double precision.
     *
     * @param patches {@code (p, width)}
     * @param normal {@code (n, width)}, n more than k
     * @return for each patch whether its last neighbour hangs on less than {@link #GAP}
     */
    static boolean[] of(float[] patches, float[] normal, int width, int k) {
        double[] units = units(normal, width);
        double[] rows = units(patches, width);
        boolean[] tied = new boolean[patches.length / width];
        IntStream.range(0, tied.length).parallel().forEach(patch -> {
            double[] cosines = new double[units.length / width];
            for (int row = 0; row < cosines.length; row++) {
                for (int i = 0; i < width; i++) {
                    cosines[row] += rows[patch * width + i] * units[row * width + i];
                }
            }
            Arrays.sort(cosines);
            tied[patch] = cosines[cosines.length - k] - cosines[cosines.length - k - 1] < GAP;
        });
        return tied;
    }

    private static double[] units(float[] rows, int width) {
        double[] units = new double[rows.length];
        for (int at = 0; at < rows.length; at += width) {
            double squares = 0;
            for (int i = at; i < at + width; i++) {
                squares += (double) rows[i] * rows[i];
            }
            for (int i = at; i < at + width; i++) {
                units[i] = rows[i] / Math.sqrt(squares);
            }
        }
        return units;
    }
}
