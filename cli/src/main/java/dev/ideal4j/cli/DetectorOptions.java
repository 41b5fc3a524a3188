package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which detector; the settings of each are {@link MethodOptions}. */
final class DetectorOptions {
    private static final long SEED = 17;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            completionCandidates = MethodNames.class,
            description = "The method: ${COMPLETION-CANDIDATES} (default: ideal).")
    private String method;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "The trained part: published checkpoint, TorchScript archive, or one trained here.")
    private Path checkpoint;

    @Option(
            names = "--encoder-seed",
            paramLabel = "N",
            description = "Of the trained part when there is no checkpoint (default: " + SEED + ").")
    private Long seed;

    /**
     * Fails when an option does not fit the method, before anything is opened.
     *
     * @throws ParameterException if the method does not have it, or a value is out of its range
     */
    void check() {
        DetectorMethod chosen = method();
        MethodOptions.DETECTOR.check(spec, chosen);
        if (!chosen.trains()) {
            refuse("--checkpoint", checkpoint, "--detector " + chosen.name() + " has no trained part");
            refuse("--encoder-seed", seed, "--detector " + chosen.name() + " has no trained part");
        } else if (checkpoint != null) {
            refuse("--encoder-seed", seed, "it has no effect with --checkpoint");
        }
    }

    /**
     * Fails when an option differs from the settings of a fitted detector.
     *
     * @throws ParameterException if one does
     */
    void checkFitted(DetectorMethod fitted, FitNotes notes) {
        notes.require(spec, "--detector", method, fitted.name(), name -> name.equals(method));
        refuse("--checkpoint", checkpoint, "the trained part is in " + notes.file());
        refuse("--encoder-seed", seed, "the trained part is in " + notes.file());
        MethodOptions.DETECTOR.checkFitted(spec, fitted, notes);
    }

    private void refuse(String option, Object given, String reason) {
        if (given != null) {
            throw new ParameterException(spec.commandLine(), option + ": " + reason);
        }
    }

    /** The method chosen. */
    DetectorMethod method() {
        return MethodOptions.method(spec, method == null ? IdealDetector.METHOD : method);
    }

    /** The settings given. */
    OptionValues values() {
        return MethodOptions.DETECTOR.values(spec, method());
    }

    /** All settings of the method, as text. */
    Map<String, String> chosen() {
        return MethodOptions.DETECTOR.texts(method(), values());
    }

    /** How a method opens its backbone, by the settings given. */
    BackboneLoader backbones(DetectorMethod of) {
        return backbones(of, null);
    }

    /**
     * As {@link #backbones(DetectorMethod)}, or by the settings noted.
     *
     * @param notes of the fit, or null
     */
    BackboneLoader backbones(DetectorMethod of, FitNotes notes) {
        return of.backbones(
                notes == null ? MethodOptions.DETECTOR.values(spec, of) : MethodOptions.DETECTOR.noted(of, notes));
    }

    /** The files of weights that the detector is made from. */
    List<Path> files() {
        return checkpoint == null ? List.of() : List.of(checkpoint);
    }

    /** Makes the detector. */
    FewShotDetector open(FeatureExtractor extractor, PrintWriter err) {
        return open(extractor, true, err);
    }

    /**
     * As {@link #open(FeatureExtractor, PrintWriter)}, for one fit.
     *
     * @param abnormal whether there are abnormal references
     * @throws ParameterException if an option has no effect on that fit
     */
    FewShotDetector openFor(FeatureExtractor extractor, boolean abnormal, PrintWriter err) {
        DetectorMethod chosen = method();
        chosen.withoutEffect(new DetectorMethod.Fit(extractor, checkpoint != null, abnormal, values()))
                .forEach((option, reason) -> {
                    if (spec.commandLine().getParseResult().hasMatchedOption("--" + option)) {
                        throw new ParameterException(
                                spec.commandLine(), "--" + option + ": it has no effect " + reason);
                    }
                });
        boolean trainedPart = abnormal || !chosen.trainedPartNeedsAbnormal();
        if (!trainedPart) {
            refuse("--encoder-seed", seed, "it has no effect without abnormal references");
            if (checkpoint != null) {
                err.println("note: --checkpoint has no effect without abnormal references");
            }
        }
        return open(extractor, trainedPart, err);
    }

    private FewShotDetector open(FeatureExtractor extractor, boolean trainedPart, PrintWriter err) {
        DetectorMethod chosen = method();
        long first = seed == null ? SEED : seed;
        FewShotDetector detector;
        try {
            detector = chosen.detector(extractor, checkpoint, first, values());
        } catch (InvalidInputException e) {
            throw MethodOptions.DETECTOR.named(
                    spec,
                    chosen,
                    values -> chosen.detector(extractor, checkpoint, first, values)
                            .close(),
                    e);
        }
        if (checkpoint == null && chosen.trains() && trainedPart) {
            err.println("no --checkpoint given: " + chosen.withoutCheckpoint(first));
        }
        return detector;
    }
}
