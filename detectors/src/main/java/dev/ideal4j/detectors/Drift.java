package dev.ideal4j.detectors;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/**
 * Watches whether the images that are judged good still score like the good images of the calibration. If light, camera or
 * material have changed, they do not, and thresholds no longer mean what they did. Not thread-safe.
 *
 * <p>The last 50 scores of good images are compared with those of the calibration that are good by the same threshold, by the
 * two-sample test of Kolmogorov and Smirnov, after every tenth image. The warning comes once, at a p-value below 10⁻⁴: some
 * hundred tests of images that have not changed raise it in fewer than 1 of 100 runs.
 */
public final class Drift {
    private static final int WINDOW = 50;
    private static final int EVERY = 10;
    private static final double LEVEL = 1e-4;

    private final double[] known;
    private final Deque<Double> recent = new ArrayDeque<>();
    private int seen;
    private int rejected;
    private boolean warned;

    /**
     * @param calibration of the detector
     * @param rule the detector's
     */
    public Drift(Calibration calibration, DecisionRule rule) {
        this.known = calibration.good().stream()
                .mapToDouble(Calibration.Scores::image)
                .filter(score -> score <= rule.image().value())
                .toArray();
    }

    /**
     * Adds a result.
     *
     * @return the warning, when it is due
     */
    public Optional<String> add(Anomaly anomaly) {
        seen++;
        if (anomaly.verdict() == Verdict.GOOD) {
            recent.addLast((double) anomaly.score());
        } else {
            rejected++;
        }
        if (recent.size() > WINDOW) {
            recent.removeFirst();
        }
        if (warned || seen % EVERY != 0) {
            return Optional.empty();
        }
        if (seen >= WINDOW && 2 * rejected > seen) {
            warned = true;
            return Optional.of(
                    "drift: " + rejected + " of " + seen + " images are anomalous. If they are good, light, camera "
                            + "or material have changed: add some of them as normal references");
        }
        if (known.length < 2 || recent.size() < EVERY) {
            return Optional.empty();
        }
        double[] now = recent.stream().mapToDouble(Double::doubleValue).toArray();
        double p = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(known, now, false);
        if (p >= LEVEL) {
            return Optional.empty();
        }
        warned = true;
        return Optional.of(
                "drift: the last " + now.length + " good images do not score like the calibration images (p = "
                        + String.format(Locale.ROOT, "%.1g", p)
                        + "): light, camera or material may have changed");
    }
}
