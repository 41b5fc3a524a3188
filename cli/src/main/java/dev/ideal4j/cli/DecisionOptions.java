package dev.ideal4j.cli;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say when an image counts as anomalous. */
final class DecisionOptions {
    @Option(
            names = "--max-false-alarms",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "The share of good images that may be called anomalous, as 1%% or 0.01 (default: 5%%). The "
                    + "threshold follows from the scores of good images.")
    private Double rate;

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "Images with a higher score are anomalous, whatever the scores of good images.")
    private Double threshold;

    @Option(
            names = "--roi",
            paramLabel = "IMG",
            description =
                    "The region of interest of all images: a mask whose black pixels do not count. It is resized to "
                            + "each image.")
    private Path roi;

    /** Whether an option is given. */
    boolean isGiven() {
        return rate != null || threshold != null || roi != null;
    }

    /**
     * How to fit.
     *
     * @param before options that hold where none is given
     */
    FitOptions over(FitOptions before, ImageFiles files, TrainingListener listener) {
        Mask region = roi == null ? before.region() : files.region(roi);
        double score = threshold != null ? threshold : rate != null ? Double.NaN : before.threshold();
        return new FitOptions(rate == null ? before.maxFalseAlarms() : rate, score, region, listener);
    }

    /** Prints a note for each option that has no effect, because there is no calibration. */
    void note(FittedDetector fitted, PrintWriter err) {
        if (rate != null && fitted.calibration().isEmpty()) {
            err.println("note: --max-false-alarms has no effect: there are too few good images to find a threshold");
        }
    }

    /** A fitted detector, with the given options; the same if none is given. */
    FittedDetector applied(FittedDetector fitted, ImageFiles files) {
        if (!isGiven()) {
            return fitted;
        }
        try (fitted) {
            return fitted.with(over(fitted.options(), files, TrainingListener.NONE));
        }
    }
}
