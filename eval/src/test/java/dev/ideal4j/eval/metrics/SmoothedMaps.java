package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.image.ScoreMap;

/** SciPy's Gaussian blur of sigma 4, to the bit, as the published evaluation smooths every map. For tests only. */
final class SmoothedMaps {
    private static final double SIGMA = 4;
    private static final int RADIUS = 16;

    private SmoothedMaps() {}

    static ScoreMap gaussian(ScoreMap map) {
        float[] vertical = new float[map.values().length];
        for (int x = 0; x < map.width(); x++) {
            line(map.values(), vertical, x, map.width(), map.height());
        }
        float[] both = new float[vertical.length];
        for (int y = 0; y < map.height(); y++) {
            line(vertical, both, y * map.width(), 1, map.width());
        }
        return new ScoreMap(map.width(), map.height(), both);
    }

    private static void line(float[] from, float[] to, int start, int stride, int length) {
        double[] weights = weights();
        for (int i = 0; i < length; i++) {
            double sum = from[start + i * stride] * weights[0];
            for (int d = RADIUS; d > 0; d--) {
                double pair = (double) from[start + mirrored(i - d, length) * stride]
                        + from[start + mirrored(i + d, length) * stride];
                sum += pair * weights[d];
            }
            to[start + i * stride] = (float) sum;
        }
    }

    private static double[] weights() {
        double[] weights = new double[RADIUS + 1];
        double sum = 0;
        for (int d = -RADIUS; d <= RADIUS; d++) {
            weights[Math.abs(d)] = Math.exp(-0.5 / (SIGMA * SIGMA) * d * d);
            sum += weights[Math.abs(d)];
        }
        for (int d = 0; d <= RADIUS; d++) {
            weights[d] /= sum;
        }
        return weights;
    }

    private static int mirrored(int i, int length) {
        int period = Math.floorMod(i, 2 * length);
        return period < length ? period : 2 * length - 1 - period;
    }
}
