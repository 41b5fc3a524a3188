package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.core.ops.Neighbours;

/**
 * Who the last of k neighbours is when float32 cannot tell. Similarities of 384 channels are off by some 1e-7, and by as
 * much again for each other order of summation; a neighbour more or less can turn a patch's local PCA. Candidates that
 * close to the last place are therefore computed anew in double precision and rounded once, so that given features have the same neighbours on
 * this backend as in the reference.
 */
final class NeighbourTieBreaker {
    /** Candidates kept beyond k. */
    static final int SPARE = 2;

    /** Difference that float32 is trusted with. */
    private static final float DOUBT = 2e-6f;

    private final float[] queries;
    private final float[] references;
    private final int width;

    NeighbourTieBreaker(float[] queries, float[] references, int width) {
        this.queries = queries;
        this.references = references;
        this.width = width;
    }

    /**
     * Orders the candidates around the last place, and makes their similarities exact.
     *
     * @param queriesAt where the queries begin
     * @param query the query
     * @param referencesAt where the references begin
     * @param kept candidates: k, or more
     * @param similarities of the candidates, from {@code at} on, largest first
     * @param positions of the candidates, from {@code at} on
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

    /** Cosine, in four sums so that additions need not wait for each other. */
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
