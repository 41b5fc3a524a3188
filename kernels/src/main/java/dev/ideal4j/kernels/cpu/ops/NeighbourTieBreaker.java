package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.core.ops.Neighbours;

/**
 * Determines the last of k neighbours where float32 is too inaccurate. Similarities of 384 channels have an error of
 * about 1e-7, and a different order of summation changes them by as much. One different neighbour can change a patch's
 * local PCA. Candidates whose similarity is close to the last place are therefore computed again in double precision
 * and rounded once, so that given features have the same neighbours on this backend as in the reference.
 */
record NeighbourTieBreaker(float[] queries, float[] references, int width) {
    /** The number of candidates kept beyond k. */
    static final int SPARE = 2;

    /** The largest difference between similarities for which float32 is not trusted. */
    private static final float DOUBT = 2e-6f;

    /**
     * Orders the candidates around the last place and recomputes their similarities in double precision.
     *
     * @param queriesAt position at which the queries begin
     * @param query index of the query
     * @param referencesAt position at which the references begin
     * @param k number of neighbours
     * @param kept number of candidates, at least k
     * @param similarities similarities of the candidates, from {@code at} on, largest first
     * @param positions indices of the candidates, from {@code at} on
     */
    void settle(
            int queriesAt,
            int query,
            int referencesAt,
            int k,
            int kept,
            float[] similarities,
            int[] positions,
            int at) {
        if (kept == k || !(similarities[at + k - 1] - similarities[at + k] <= DOUBT)) {
            return;
        }
        float last = similarities[at + k - 1];
        int from = at + k - 1;
        while (from > at && similarities[from - 1] - last <= DOUBT) {
            from--;
        }
        int to = at + k + 1;
        while (to < at + kept && last - similarities[to] <= DOUBT) {
            to++;
        }
        for (int i = from; i < to; i++) {
            int position = positions[i];
            float similarity = (float) similarity(queriesAt + query * width, referencesAt + position * width);
            int place = i;
            while (place > from && isBefore(similarity, position, similarities[place - 1], positions[place - 1])) {
                positions[place] = positions[place - 1];
                similarities[place] = similarities[place - 1];
                place--;
            }
            positions[place] = position;
            similarities[place] = similarity;
        }
    }

    private static boolean isBefore(float a, int position, float b, int other) {
        return a > b || a == b && position < other;
    }

    /** Computes the cosine in four sums, so that the additions are independent. */
    private double similarity(int q, int r) {
        double[] dot = new double[4];
        double[] ofQuery = new double[4];
        double[] ofReference = new double[4];
        for (int i = 0; i < width; i++) {
            double a = queries[q + i];
            double b = references[r + i];
            dot[i & 3] += a * b;
            ofQuery[i & 3] += a * a;
            ofReference[i & 3] += b * b;
        }
        return sum(dot) / (norm(ofQuery) * norm(ofReference));
    }

    private static double norm(double[] squares) {
        return Math.max(Math.sqrt(sum(squares)), Neighbours.NORM_EPS);
    }

    private static double sum(double[] parts) {
        return parts[0] + parts[1] + (parts[2] + parts[3]);
    }
}
