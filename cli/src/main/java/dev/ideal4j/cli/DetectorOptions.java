package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose the detector. The settings of each detector are {@link MethodOptions}. */
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
            description =
                    "File of the trained part: a published checkpoint, a TorchScript archive, or a file that 'ideal train' wrote.")
    private Path checkpoint;

    @Option(
            names = "--encoder-seed",
            paramLabel = "N",
            description = "Seed of the trained part's random values if there is no checkpoint (default: " + SEED + ").")
    private Long seed;

    @Mixin
    private TilingOptions tiling;

    /**
     * Checks the options before any file is opened.
     *
     * @throws ParameterException if the method does not have an option, or a value is out of its range
     */
    void check() {
        DetectorMethod chosen = method();
        MethodOptions.DETECTOR.check(spec, chosen);
        tiling.tiling();
        if (tiling.isAligned() && chosen.trainsInFit()) {
            throw new ParameterException(
                    spec.commandLine(), "--aligned: --detector " + chosen.name() + " trains in its fit");
        }
        if (!chosen.trains()) {
            refuse("--checkpoint", checkpoint, "--detector " + chosen.name() + " has no trained part");
            refuse("--encoder-seed", seed, "--detector " + chosen.name() + " has no trained part");
        } else if (checkpoint != null) {
            refuse("--encoder-seed", seed, "it has no effect with --checkpoint");
        }
    }

    /**
     * Checks that the options equal the settings of a fitted detector.
     *
     * @throws ParameterException if an option differs
     */
    void checkFitted(DetectorMethod fitted, FitNotes notes) {
        notes.require(spec, "--detector", method, fitted.name(), name -> name.equals(method));
        refuse("--checkpoint", checkpoint, "the trained part is in " + notes.file());
        refuse("--encoder-seed", seed, "the trained part is in " + notes.file());
        tiling.refuse("how images are cut is in " + notes.file());
        MethodOptions.DETECTOR.checkFitted(spec, fitted, notes);
    }

    private void refuse(String option, Object given, String reason) {
        if (given != null) {
            throw new ParameterException(spec.commandLine(), option + ": " + reason);
        }
    }

    /** The chosen method. */
    DetectorMethod method() {
        return MethodOptions.method(spec, method == null ? IdealDetector.METHOD : method);
    }

    /** The settings given on the command line. */
    OptionValues values() {
        return MethodOptions.DETECTOR.values(spec, method());
    }

    /** All settings of the method, as text. */
    Map<String, String> chosen() {
        return MethodOptions.DETECTOR.texts(method(), values());
    }

    /** How a method opens its backbone with the settings given on the command line. */
    BackboneLoader backbones(DetectorMethod of) {
        return backbones(of, null);
    }

    /**
     * As {@link #backbones(DetectorMethod)}, or with the settings that a fit noted.
     *
     * @param notes of the fit, or null
     */
    BackboneLoader backbones(DetectorMethod of, FitNotes notes) {
        return of.backbones(
                notes == null ? MethodOptions.DETECTOR.values(spec, of) : MethodOptions.DETECTOR.noted(of, notes));
    }

    /** The detector, or the detector of tiles. */
    private FewShotDetector tiled(FewShotDetector detector) {
        Tiling cut = tiling.tiling();
        if (cut == null) {
            return detector;
        }
        if (detector instanceof MultiProductDetector several && several.isMultiProduct()) {
            detector.close();
            throw new ParameterException(spec.commandLine(), tiling.option() + ": it does not work with --multi-class");
        }
        return new TiledDetector(detector, cut);
    }

    /** The files that the detector is made from. */
    List<Path> files() {
        return checkpoint == null ? List.of() : List.of(checkpoint);
    }

    /** Makes the detector. */
    FewShotDetector open(FeatureExtractor extractor, PrintWriter err) {
        return open(extractor, true, err);
    }

    /**
     * Makes the detector for one fit; see {@link #open(FeatureExtractor, PrintWriter)}.
     *
     * @param abnormal whether there are anomalous references
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
            refuse("--encoder-seed", seed, "it has no effect without anomalous references");
            if (checkpoint != null) {
                err.println("note: --checkpoint has no effect without anomalous references");
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
            err.println("no --checkpoint given: " + chosen.withoutCheckpoint(first, values()));
        }
        return tiled(detector);
    }
}
