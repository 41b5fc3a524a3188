package dev.ideal4j.eval.audit;

import dev.ideal4j.detectors.BinomialInterval;
import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.Threshold;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** How often good images were called anomalous, beside what was promised. Not thread-safe. */
public final class FalseAlarmTable {
    /**
     * What is counted together.
     *
     * @param source where the calibration's scores come from
     * @param images number of calibration images, n
     * @param rate the promised rate α
     * @param basis how the threshold was found
     */
    public record Row(Calibration.Source source, int images, double rate, Threshold.Basis basis) {}

    /**
     * The counts of a fit.
     *
     * @param row where they count
     * @param alarms good images that were called anomalous
     * @param good good images
     * @param detected defective images that were called anomalous
     * @param defects defective images
     */
    public record Counted(Row row, int alarms, int good, int detected, int defects) {}

    private static final class Counts {
        private final SummaryStatistics shares = new SummaryStatistics();
        private int alarms;
        private int good;
        private int detected;
        private int defects;

        /**
         * The 95 % interval of the share of false alarms: Student's t over fits, because the images of a fit share its
         * threshold; binomial while the fits are fewer than three or all alike.
         */
        BinomialInterval interval() {
            BinomialInterval binomial = BinomialInterval.of(alarms, good);
            long fits = shares.getN();
            if (fits < LEAST_FITS || shares.getStandardDeviation() == 0) {
                return binomial;
            }
            double half = new TDistribution(fits - 1).inverseCumulativeProbability(0.975)
                    * shares.getStandardDeviation()
                    / Math.sqrt(fits);
            return new BinomialInterval(Math.max(0, shares.getMean() - half), Math.min(1, shares.getMean() + half));
        }
    }

    private static final int LEAST_FITS = 3;

    private final Map<Row, Counts> rows = new TreeMap<>(Comparator.comparing(Row::source)
            .thenComparing(Row::images)
            .thenComparing(Row::rate)
            .thenComparing(Row::basis));

    /** Adds the counts of a fit. */
    public void add(Counted fit) {
        Counts counts = rows.computeIfAbsent(fit.row(), any -> new Counts());
        counts.shares.addValue((double) fit.alarms() / fit.good());
        counts.alarms += fit.alarms();
        counts.good += fit.good();
        counts.detected += fit.detected();
        counts.defects += fit.defects();
    }

    /**
     * The table. An interval is the 95 % interval over fits. A promise is kept unless the whole interval lies above it.
     *
     * @param method for the first column
     */
    public String markdown(String method) {
        StringBuilder text = new StringBuilder();
        text.append(
                "| method | calibrated on | n | promised | threshold | good images called anomalous | 95 % interval | kept "
                        + "| defects found |\n");
        text.append("|---|---|---|---|---|---|---|---|---|\n");
        rows.forEach((row, counts) -> {
            BinomialInterval interval = counts.interval();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.0f %% | %s | %d of %d = %.1f %% | %.1f to %.1f %% | %s | %s |%n",
                    method,
                    words(row.source()),
                    row.images(),
                    100 * row.rate(),
                    row.basis() == Threshold.Basis.CONFORMAL ? "quantile" : "estimate",
                    counts.alarms,
                    counts.good,
                    100.0 * counts.alarms / counts.good,
                    100 * interval.low(),
                    100 * interval.high(),
                    interval.low() <= row.rate() ? "yes" : "no",
                    counts.defects == 0
                            ? "—"
                            : String.format(Locale.ROOT, "%.0f %%", 100.0 * counts.detected / counts.defects)));
        });
        return text.toString();
    }

    private static String words(Calibration.Source source) {
        return switch (source) {
            case LEAVE_ONE_OUT -> "references, each left out";
            case SEPARATE -> "separate images";
            case HELD_BACK -> "references held back";
        };
    }
}
