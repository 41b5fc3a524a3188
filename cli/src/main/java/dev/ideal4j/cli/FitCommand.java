package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
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
        description =
                "Fit a detector to the references of a product and save it for 'ideal detect --fitted'. The file also "
                        + "holds the names of the backbone, the size, the settings and the scale of the heat maps.",
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
            ReferenceOptions.Fit fit = references.fit(detector, extractor, null, err);
            try (FittedDetector fitted = fit.detector()) {
                FittedDetectors.save(fitted, file, FitNotes.of(backbone, detector.chosen(), fit.scale()));
            }
            err.println("saved " + file);
        }
    }
}
