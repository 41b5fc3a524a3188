package dev.ideal4j.detectors;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/**
 * Checks whether images that are judged good still score like the good images of the calibration. If lighting, camera or
 * material have changed, the scores change too, and the thresholds no longer keep their false-alarm rate. Not thread-safe.
 *
 * <p>After every tenth image, the last 50 scores of good images are compared with the scores of those calibration images that
 * are good by the same threshold. The test is the two-sample Kolmogorov–Smirnov test. The warning is given once, at a p-value
 * below 10⁻⁴: over some hundred tests of images that have not changed, it is given in fewer than 1 of 100 runs.
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
     * @param calibration calibration of the detector
     * @param rule decision rule of the detector
     */
    public Drift(Calibration calibration, DecisionRule rule) {
        this.known = calibration.good().stream()
                .mapToDouble(Calibration.Scores::image)
                .filter(score -> score <= rule.image().value())
                .toArray();
    }

    /**
     * Adds the result of one image.
     *
     * @return a warning if the scores have drifted; empty otherwise and after the first warning
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
