package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Scores of known good and known defective images, from which thresholds follow. Immutable.
 *
 * <p><b>Guarantee.</b> The threshold for a rate α is the ⌈(n+1)(1−α)⌉-th smallest of the n scores of good images
 * (split conformal prediction). With {@link Source#SEPARATE} images that are exchangeable with the future good images, at
 * most a share α of the future good images is rejected on average, whatever the method and the distribution of the scores.
 * Scores by {@link Source#LEAVE_ONE_OUT} come from detectors with one reference less. They tend to be higher than those of
 * the final detector, so that fewer good images than α are rejected in practice, but there is no proof.
 *
 * <p>With n scores no rate below 1/(n+1) can be guaranteed. For a lower rate the threshold is estimated: it is the quantile
 * of a generalised Pareto distribution over the upper half of the scores, and at least the highest score.
 * {@link Threshold#basis()} says which of the two was used.
 */
public final class Calibration {
    /** Where the scores of good images come from. */
    public enum Source {
        /** Each normal reference, scored by a detector fitted without it, or without it and a few others. */
        LEAVE_ONE_OUT,
        /** Good images that the detector did not learn from. */
        SEPARATE,
        /** Normal references that were held back from the fit. */
        HELD_BACK
    }

    /**
     * The scores of one image.
     *
     * @param image image score
     * @param peak highest value of {@link Anomaly#heat}
     */
    public record Scores(double image, double peak) {
        /** Checks that both are finite. */
        public Scores {
            if (!Double.isFinite(image) || !Double.isFinite(peak)) {
                throw new InvalidInputException("calibration", image + " and " + peak, "finite scores");
            }
        }

        /** The scores of a scored image. */
        public static Scores of(Anomaly anomaly) {
            return new Scores(anomaly.score(), anomaly.heat().max());
        }
    }

    private final Source source;
    private final List<Scores> good;
    private final List<Scores> defects;

    /**
     * @param source where the good scores come from
     * @param good scores of good images, one or more
     * @param defects scores of images with known defects, none or more; they change no threshold
     */
    public Calibration(Source source, List<Scores> good, List<Scores> defects) {
        if (good.isEmpty()) {
            throw new InvalidInputException("calibration", "no good image", "one or more");
        }
        this.source = source;
        this.good = List.copyOf(good);
        this.defects = List.copyOf(defects);
    }

    /** Where the scores of good images come from. */
    public Source source() {
        return source;
    }

    /** Scores of good images. */
    public List<Scores> good() {
        return good;
    }

    /** Scores of images with known defects; empty if there are no such images. */
    public List<Scores> defects() {
        return defects;
    }

    /** The lowest false-alarm rate that this number n of good images supports, 1/(n+1). */
    public double lowestRate() {
        return 1.0 / (good.size() + 1);
    }

    /**
     * The threshold of image scores.
     *
     * @param maxFalseAlarms α, above 0 and below 1
     * @throws InvalidInputException if α is out of its range
     */
    public Threshold imageThreshold(double maxFalseAlarms) {
        return threshold(maxFalseAlarms, Scores::image);
    }

    /**
     * The threshold of map values: at most a share α of good images has any pixel above it.
     *
     * @param maxFalseAlarms α, above 0 and below 1
     * @throws InvalidInputException if α is out of its range
     */
    public Threshold pixelThreshold(double maxFalseAlarms) {
        return threshold(maxFalseAlarms, Scores::peak);
    }

    private Threshold threshold(double rate, ToDoubleFunction<Scores> of) {
        if (!(rate > 0 && rate < 1)) {
            throw new InvalidInputException("false-alarm rate", Double.toString(rate), "above 0 and below 1");
        }
        double[] sorted = good.stream().mapToDouble(of).sorted().toArray();
        int n = sorted.length;
        // The product is rounded to 12 digits first, because 20 · 0.95 must give 19 and not slightly more.
        int rank = (int) Math.ceil(Math.round((n + 1) * (1 - rate) * 1e12) / 1e12);
        if (rank <= n) {
            return new Threshold(sorted[Math.max(rank, 1) - 1], rate, Threshold.Basis.CONFORMAL);
        }
        return new Threshold(ParetoTail.quantile(sorted, rate), rate, Threshold.Basis.ESTIMATE);
    }

    /** Number of known defects whose image score is above a threshold. */
    public int detected(Threshold threshold) {
        return (int) defects.stream()
                .filter(scores -> scores.image() > threshold.value())
                .count();
    }

    /**
     * The 95 % confidence interval of the share of defects that score above a threshold, if the known defects are a random
     * sample of all defects.
     */
    public BinomialInterval detectionRate(Threshold threshold) {
        return BinomialInterval.of(detected(threshold), defects.size());
    }

    /** A sentence that states which false-alarm rate the threshold of image scores supports. */
    public String promise(Threshold threshold) {
        String images = good.size() + (good.size() == 1 ? " good image" : " good images");
        String rate = Percent.of(threshold.maxFalseAlarms());
        return switch (threshold.basis()) {
            case GIVEN -> "a given threshold, which promises nothing";
            case ESTIMATE ->
                "a rough estimate for " + rate + " false alarms, because " + images + " measure no rate below "
                        + Percent.of(lowestRate());
            case CONFORMAL ->
                source == Source.LEAVE_ONE_OUT
                        ? "at most about " + rate + " false alarms, estimated from " + images
                                + ", each scored by a fit without it"
                        : "at most " + rate + " false alarms on average, if good images to come are like the " + images
                                + " that the detector did not learn from";
        };
    }

    /** Problems with these scores, one sentence each; usually empty. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        double least = good.stream().mapToDouble(Scores::image).min().orElseThrow();
        double most = good.stream().mapToDouble(Scores::image).max().orElseThrow();
        if (good.size() > 1 && most - least <= 1e-6 * Math.max(Math.abs(most), Math.abs(least))) {
            warnings.add("All good images score alike (" + most + "), so their scores say nothing of other images.");
        }
        if (!defects.isEmpty()) {
            long above = 0;
            for (Scores defect : defects) {
                above += good.stream()
                        .filter(scores -> scores.image() < defect.image())
                        .count();
            }
            double share = (double) above / (defects.size() * good.size());
            if (share <= 0.5) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "The known defects score no higher than good images (a defect scores above a good image in %.0f %% "
                                + "of the pairs): the detector does not work on this product.",
                        100 * share));
            }
        }
        return warnings;
    }
}
