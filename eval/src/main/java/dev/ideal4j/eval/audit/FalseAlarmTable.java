package dev.ideal4j.eval.audit;

import dev.ideal4j.detectors.BinomialInterval;
import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.Threshold;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

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

    private static final class Counts {
        private int alarms;
        private int good;
        private int detected;
        private int defects;
    }

    private final Map<Row, Counts> rows = new TreeMap<>(Comparator.comparing(Row::source)
            .thenComparing(Row::images)
            .thenComparing(Row::rate)
            .thenComparing(Row::basis));

    /** Adds counts. */
    public void add(Row row, int alarms, int good, int detected, int defects) {
        Counts counts = rows.computeIfAbsent(row, any -> new Counts());
        counts.alarms += alarms;
        counts.good += good;
        counts.detected += detected;
        counts.defects += defects;
    }

    /**
     * The table. An interval is the 95 % binomial interval of Clopper and Pearson, as if all images were independent. A
     * promise is kept unless the whole interval lies above it.
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
            BinomialInterval interval = BinomialInterval.of(counts.alarms, counts.good);
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
