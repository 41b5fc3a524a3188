package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.random.Pcg64;
import java.util.Arrays;

/**
 * The pixels on which the published code computes pixel AUROC and F1-max. If a product has at most 2,000,000 pixels, these
 * are all pixels, row by row, map after map. Otherwise they are 2,000,000 pixels, drawn without replacement by NumPy's
 * {@code default_rng(0)}.
 */
public final class PixelSubsample {
    private static final int LIMIT = 2_000_000;
    private static final long SEED = 0;

    private PixelSubsample() {}

    /** The drawn pixels, ranked. */
    public static SampleRanking of(ScoredMaps maps) {
        long[] pixels = {0};
        maps.forEach((map, truth) -> pixels[0] += map.values().length);
        long[] positions = positions(pixels[0]);
        float[] scores = new float[positions.length];
        boolean[] anomalous = new boolean[positions.length];
        maps.forEach(new ScoredMaps.Visitor() {
            private long offset;
            private int next;

            @Override
            public void visit(ScoreMap map, Mask truth) {
                int length = map.values().length;
                while (next < positions.length && positions[next] < offset + length) {
                    int at = (int) (positions[next] - offset);
                    scores[next] = map.values()[at];
                    anomalous[next++] = truth.pixels()[at];
                }
                offset += length;
            }
        });
        return new SampleRanking(scores, anomalous);
    }

    /** The drawn positions in ascending order, because no metric depends on their order. */
    private static long[] positions(long pixels) {
        if (pixels > LIMIT) {
            long[] drawn = new Pcg64(SEED).choice(pixels, LIMIT);
            Arrays.sort(drawn);
            return drawn;
        }
        long[] all = new long[(int) pixels];
        Arrays.setAll(all, i -> i);
        return all;
    }
}
