package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.io.Serializable;
import java.util.TreeMap;

/**
 * Scores with known truth in bins, for more of them than one machine ranks: a histogram over the upper 22 bits of
 * {@link FloatKey}. The scores of a bin differ by less than 1 part in 8192. Sketches of parts are merged. Scores in the same bin
 * count as equal, and {@link Estimate#error} is how much a metric can differ for that from its value over the scores
 * themselves, apart from rounding: a bound, not a likelihood.
 */
public final class ScoreSketch implements Ranking, Serializable {
    private static final long serialVersionUID = 1;

    /** Bits of a score's key that tell bins apart. */
    private static final int BITS = 22;

    private static final int BLOCK_BITS = 12;
    private static final int BLOCK = 1 << BLOCK_BITS;

    /** Neighbouring bins. A block is there if one of its bins has a score. */
    private static final class Block implements Serializable {
        private static final long serialVersionUID = 1;

        private final long[] negatives = new long[BLOCK];
        private final long[] positives = new long[BLOCK];
        /** Of each positive pixel the share of its region. */
        private final double[] shares = new double[BLOCK];
    }

    /** By the upper bits of the key, which are unsigned. */
    private final TreeMap<Integer, Block> blocks = new TreeMap<>();

    private long positives;
    private long negatives;
    private long regions;

    /**
     * A metric of the scores in bins.
     *
     * @param value as if the scores of a bin were equal
     * @param error the value over the scores themselves differs by no more than this
     */
    public record Estimate(double value, double error) {
        private static Estimate within(double value, double low, double high) {
            return new Estimate(value, Math.max(0, Math.max(high - value, value - low)));
        }
    }

    /**
     * Adds an image's score.
     *
     * @throws InvalidInputException if it is not finite
     */
    public void add(float score, boolean anomalous) {
        add(score, anomalous, 1);
        regions += anomalous ? 1 : 0;
    }

    /**
     * Adds the pixels of a map. Regions are connected by sides and corners, as in {@link PixelRanking}.
     *
     * @throws InvalidInputException if the sizes differ or a score is not finite; nothing is added then
     */
    public void add(ScoreMap map, Mask truth) {
        if (map.width() != truth.width() || map.height() != truth.height()) {
            throw new InvalidInputException(
                    "mask",
                    truth.width() + "×" + truth.height(),
                    "its map's size, " + map.width() + "×" + map.height());
        }
        float[] values = map.values();
        for (float value : values) {
            requireFinite(value);
        }
        Regions found = truth.isEmpty() ? null : Regions.of(truth, Regions.Connectivity.EIGHT);
        for (int i = 0; i < values.length; i++) {
            boolean anomalous = truth.pixels()[i];
            add(values[i], anomalous, anomalous ? 1.0 / found.size(found.labels()[i]) : 0);
        }
        regions += found == null ? 0 : found.count();
    }

    private static void requireFinite(float score) {
        if (!Float.isFinite(score)) {
            throw new InvalidInputException("score", Float.toString(score), "a finite number");
        }
    }

    private void add(float score, boolean anomalous, double share) {
        requireFinite(score);
        int bin = FloatKey.of(score) >>> Integer.SIZE - BITS;
        Block block = blocks.computeIfAbsent(bin >>> BLOCK_BITS, none -> new Block());
        if (anomalous) {
            block.positives[bin & BLOCK - 1]++;
            block.shares[bin & BLOCK - 1] += share;
            positives++;
        } else {
            block.negatives[bin & BLOCK - 1]++;
            negatives++;
        }
    }

    /** Adds the scores of another sketch, which does not change. */
    public void merge(ScoreSketch other) {
        positives += other.positives;
        negatives += other.negatives;
        regions += other.regions;
        other.blocks.forEach((key, from) -> {
            Block to = blocks.computeIfAbsent(key, none -> new Block());
            for (int i = 0; i < BLOCK; i++) {
                to.negatives[i] += from.negatives[i];
                to.positives[i] += from.positives[i];
                to.shares[i] += from.shares[i];
            }
        });
    }

    @Override
    public long positives() {
        return positives;
    }

    @Override
    public long negatives() {
        return negatives;
    }

    /** Passes the bins with scores to a visitor, the highest first; the score is a bin's lowest. */
    @Override
    public void walk(Visitor visitor) {
        long tp = 0;
        long fp = 0;
        double shares = 0;
        for (int key : blocks.descendingKeySet()) {
            Block block = blocks.get(key);
            for (int i = BLOCK - 1; i >= 0; i--) {
                if (block.positives[i] + block.negatives[i] > 0) {
                    tp += block.positives[i];
                    fp += block.negatives[i];
                    shares += block.shares[i];
                    double overlap = tp == positives ? 1 : Math.min(1, shares / regions);
                    float score = FloatKey.toFloat((key << BLOCK_BITS | i) << Integer.SIZE - BITS);
                    visitor.visit(score, tp, fp, regions == 0 ? Double.NaN : overlap);
                }
            }
        }
    }

    /** {@link Auroc}; NaN unless there are both positives and negatives. */
    public Estimate auroc() {
        double[] unsure = {0};
        steps((tp, fp, moreTp, moreFp, overlap, moreOverlap) -> unsure[0] += (double) moreTp * moreFp);
        double value = Auroc.of(this);
        double error = unsure[0] / 2 / ((double) positives * negatives);
        return Estimate.within(value, value - error, value + error);
    }

    /** {@link AveragePrecision}; NaN unless there are both positives and negatives. */
    public Estimate averagePrecision() {
        if (positives == 0 || negatives == 0) {
            return new Estimate(Double.NaN, Double.NaN);
        }
        double[] bounds = new double[2];
        steps((tp, fp, moreTp, moreFp, overlap, moreOverlap) -> {
            // The j-th positive of the bin has at least j positives beside it, and at most all negatives of the bin
            // above it.
            double others = fp + moreFp;
            double lost = others == 0 ? 0 : others * Math.log1p(moreTp / (tp + others));
            bounds[0] += Math.max(0, moreTp - lost);
            bounds[1] += moreTp == 0 ? 0 : (double) moreTp * (tp + moreTp) / (tp + moreTp + fp);
        });
        return Estimate.within(AveragePrecision.of(this), bounds[0] / positives, bounds[1] / positives);
    }

    /**
     * {@link ExactPro}; NaN unless there are both positives and negatives.
     *
     * @param limit largest false-positive rate, in (0, 1]
     */
    public Estimate pro(double limit) {
        if (positives == 0 || negatives == 0) {
            return new Estimate(Double.NaN, Double.NaN);
        }
        double[] bounds = new double[2];
        steps((tp, fp, moreTp, moreFp, overlap, moreOverlap) -> {
            double width =
                    Math.min(limit, (double) (fp + moreFp) / negatives) - Math.min(limit, (double) fp / negatives);
            bounds[0] += width * overlap;
            bounds[1] += width * moreOverlap;
        });
        return Estimate.within(ExactPro.of(this, limit), bounds[0] / limit, bounds[1] / limit);
    }

    /** Receives the bins with scores, the highest first. */
    private interface Step {
        /** Counts above the bin, counts in the bin, the overlap above the bin and with the bin. */
        void step(long tp, long fp, long moreTp, long moreFp, double overlap, double moreOverlap);
    }

    private void steps(Step step) {
        walk(new Visitor() {
            private long tp;
            private long fp;
            private double overlap;

            @Override
            public void visit(float score, long newTp, long newFp, double newOverlap) {
                step.step(tp, fp, newTp - tp, newFp - fp, overlap, newOverlap);
                tp = newTp;
                fp = newFp;
                overlap = newOverlap;
            }
        });
    }
}
