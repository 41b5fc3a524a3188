package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;

/**
 * All pixels of a product's maps, ranked together. Every distinct score is a threshold, with the overlap of the regions. The
 * ranking is a radix sort whose last digit is counted and not stored. The maps are read once to count the upper 16 bits of
 * the scores. They are read again to sort the pixels of as many of these buckets as fit into the memory set aside, which
 * mostly are all buckets.
 *
 * <p>At most 2³¹ − 1 pixels.
 */
public final class PixelRanking implements Ranking {
    private static final int BUCKETS = 1 << 16;
    private static final long DEFAULT_BYTES = 1L << 30;

    private final ScoredMaps maps;
    private final Regions.Connectivity connectivity;
    private final long bytes;
    private final int[] negativesOf = new int[BUCKETS];
    private final int[] positivesOf = new int[BUCKETS];
    private final long negatives;
    private final long positives;
    private final long regions;

    /**
     * Counts the pixels of maps. Regions are connected by sides and corners, as in MVTec's evaluation.
     *
     * @param maps the maps; they are read here and in each {@link #walk}, and must not change
     * @throws InvalidInputException if there are too many pixels, or one has no finite score
     */
    public PixelRanking(ScoredMaps maps) {
        this(maps, Regions.Connectivity.EIGHT, DEFAULT_BYTES);
    }

    PixelRanking(ScoredMaps maps, Regions.Connectivity connectivity, long bytes) {
        this.maps = maps;
        this.connectivity = connectivity;
        this.bytes = bytes;
        long[] totals = new long[3];
        maps.forEach((map, truth) -> {
            count(map, truth, totals);
            totals[2] += truth.isEmpty() ? 0 : Regions.of(truth, connectivity).count();
        });
        negatives = totals[0];
        positives = totals[1];
        regions = totals[2];
    }

    private void count(ScoreMap map, Mask truth, long[] totals) {
        float[] values = map.values();
        boolean[] anomalous = truth.pixels();
        int marked = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidInputException("score map", Float.toString(values[i]), "finite numbers");
            }
            int bucket = FloatKey.of(values[i]) >>> 16;
            if (anomalous[i]) {
                positivesOf[bucket]++;
                marked++;
            } else {
                negativesOf[bucket]++;
            }
        }
        totals[0] += values.length - marked;
        totals[1] += marked;
        if (totals[0] + totals[1] > Integer.MAX_VALUE) {
            throw new InvalidInputException("score maps", "more than 2147483647 pixels", "fewer");
        }
    }

    @Override
    public long positives() {
        return positives;
    }

    @Override
    public long negatives() {
        return negatives;
    }

    @Override
    public void walk(Visitor visitor) {
        Cursor cursor = new Cursor(visitor);
        Tally scratch = new Tally(true);
        int above = BUCKETS;
        while (above > 0) {
            int from = above;
            long needed = 0;
            while (from > 0 && (from == above || needed + bytesOf(from - 1) <= bytes)) {
                from--;
                needed += bytesOf(from);
            }
            emit(from, above, scratch, cursor);
            above = from;
        }
    }

    private long bytesOf(int bucket) {
        return PixelBucket.bytes(negativesOf[bucket], positivesOf[bucket]);
    }

    /** Sorts the buckets from {@code from} (inclusive) to {@code above} (exclusive), and passes their scores to the visitor. */
    private void emit(int from, int above, Tally scratch, Cursor cursor) {
        PixelBucket[] buckets = new PixelBucket[above - from];
        boolean empty = true;
        for (int b = from; b < above; b++) {
            if (negativesOf[b] + positivesOf[b] > 0) {
                buckets[b - from] = new PixelBucket(negativesOf[b], positivesOf[b]);
                empty = false;
            }
        }
        if (empty) {
            return;
        }
        maps.forEach((map, truth) -> fill(map, truth, buckets, from));
        for (int b = above - 1; b >= from; b--) {
            if (buckets[b - from] != null) {
                buckets[b - from].tally(scratch).drain(b, cursor);
                buckets[b - from] = null;
            }
        }
    }

    private void fill(ScoreMap map, Mask truth, PixelBucket[] buckets, int from) {
        float[] values = map.values();
        boolean[] anomalous = truth.pixels();
        Regions found = truth.isEmpty() ? null : Regions.of(truth, connectivity);
        for (int i = 0; i < values.length; i++) {
            int key = FloatKey.of(values[i]);
            int bucket = (key >>> 16) - from;
            if (bucket >= 0 && bucket < buckets.length) {
                if (anomalous[i]) {
                    double weight = 1.0 / found.size(found.labels()[i]);
                    buckets[bucket].addPositive((char) key, weight);
                } else {
                    buckets[bucket].addNegative((char) key);
                }
            }
        }
    }

    /** Turns counts at each distinct score into running totals. */
    final class Cursor {
        private final Visitor visitor;
        private long truePositives;
        private long falsePositives;
        private double overlaps;

        private Cursor(Visitor visitor) {
            this.visitor = visitor;
        }

        void at(int key, int positivesHere, int negativesHere, double weightHere) {
            truePositives += positivesHere;
            falsePositives += negativesHere;
            overlaps += weightHere;
            double overlap = truePositives == positives ? 1 : Math.min(1, overlaps / regions);
            visitor.visit(FloatKey.toFloat(key), truePositives, falsePositives, regions == 0 ? Double.NaN : overlap);
        }
    }
}
