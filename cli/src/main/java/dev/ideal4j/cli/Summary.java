package dev.ideal4j.cli;

import dev.ideal4j.detectors.BinomialInterval;
import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.DecisionRule;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.Threshold;
import java.util.Locale;

/** Sentences about thresholds and verdicts. */
final class Summary {
    private Summary() {}

    /** The threshold, and what it promises. */
    static String threshold(FittedDetector fitted) {
        return threshold(fitted.rule().orElse(null), fitted.calibration().orElse(null));
    }

    /**
     * The threshold, and what it promises.
     *
     * @param rule null without calibration and threshold
     * @param calibration null without
     */
    static String threshold(DecisionRule rule, Calibration calibration) {
        if (rule == null) {
            return "no threshold: there are too few good images; give more --normal, --calibration or --threshold";
        }
        Threshold threshold = rule.image();
        String text = String.format(Locale.ROOT, "threshold %.4f: ", threshold.value());
        if (calibration == null) {
            return text + "a given threshold, which promises nothing";
        }
        return text + calibration.promise(threshold) + detection(threshold, calibration);
    }

    private static String detection(Threshold threshold, Calibration calibration) {
        int known = calibration.defects().size();
        if (known == 0) {
            return "";
        }
        BinomialInterval interval = calibration.detectionRate(threshold);
        return String.format(
                Locale.ROOT,
                "; %d of %d known defects are above it (95 %% interval: %.0f to %.0f %%)",
                calibration.detected(threshold),
                known,
                100 * interval.low(),
                100 * interval.high());
    }

    /** How many images are anomalous. */
    static String verdicts(FittedDetector fitted, int anomalous, int scored) {
        String images = scored == 1 ? " image" : " images";
        return fitted.rule().isEmpty()
                ? scored + images + " scored; " + threshold(fitted)
                : anomalous + " of " + scored + images + " anomalous; " + threshold(fitted);
    }
}
