package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.FittedDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "fit",
        description = {
            "Fit a detector to the references of a product and save it for 'ideal detect --fitted'.",
            "The threshold is found by scoring good images that the detector does not know: each --normal image by a fit "
                    + "to the others, or the --calibration images. The file holds the references too, so that 'ideal add' "
                    + "and 'ideal remove' can change them."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfDetectors.class)
final class FitCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private DetectorOptions detector;

    @Mixin
    private ReferenceOptions references;

    @Mixin
    private DecisionOptions decision;

    @Option(names = "--save", required = true, paramLabel = "FILE", description = "Where to write the fitted detector.")
    private Path file;

    @Override
    public void run() {
        if (references.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "references are missing: --normal, --abnormal or --product-root");
        }
        detector.check();
        references.check(detector.method(), detector.values());
        PrintWriter err = spec.commandLine().getErr();
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(detector.backbones(detector.method()), on, err)) {
            try (FittedDetector fitted = references.fit(detector, decision, extractor, err)) {
                decision.note(fitted, err);
                references.ignored(references.images(err)).noteUnused(err);
                fitted.save(file, FitNotes.of(backbone, references, detector.chosen()));
                err.println(Summary.threshold(fitted));
            }
            err.println("saved " + file);
        }
    }
}
