package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which detector; the settings of each are {@link MethodOptions}. */
final class DetectorOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            completionCandidates = MethodNames.class,
            description = "The method: ${COMPLETION-CANDIDATES} (default: ideal).")
    private String method = IdealDetector.METHOD;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "The trained part: published checkpoint, TorchScript archive, or one trained here.")
    private Path checkpoint;

    @Option(
            names = "--encoder-seed",
            paramLabel = "N",
            description = "Of the trained part when there is no checkpoint (default: 17).")
    private long seed = 17;

    /** Fails when an option is given that the method does not have, before anything is opened. */
    void check() {
        MethodOptions.DETECTOR.values(spec, method());
    }

    /** The method chosen. */
    DetectorMethod method() {
        return MethodOptions.method(spec, method);
    }

    /** How a method opens its backbone, by the settings given. */
    BackboneLoader backbones(DetectorMethod of) {
        return of.backbones(MethodOptions.DETECTOR.values(spec, of));
    }

    /** The files of weights that the detector is made from. */
    List<Path> files() {
        return checkpoint == null ? List.of() : List.of(checkpoint);
    }

    /** Makes the detector. */
    FewShotDetector open(FeatureExtractor extractor, PrintWriter err) {
        DetectorMethod chosen = method();
        FewShotDetector detector =
                chosen.detector(extractor, checkpoint, seed, MethodOptions.DETECTOR.values(spec, chosen));
        if (checkpoint == null && chosen.trains()) {
            err.println("no --checkpoint given: " + chosen.withoutCheckpoint() + " (seed " + seed + ")");
        }
        return detector;
    }
}
