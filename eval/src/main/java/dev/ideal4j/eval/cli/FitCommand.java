package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "fit",
        description = "Fit a detector to a product's references and save it, for 'ideal detect --fitted'.",
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
        detector.check();
        PrintWriter err = spec.commandLine().getErr();
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(detector.backbones(detector.method()), on, err);
                FewShotDetector method = detector.open(extractor, err);
                TrainingProgress progress = new TrainingProgress(err);
                FittedDetector fitted = references.fit(method, progress)) {
            fitted.save(file);
            err.println("saved " + file);
        }
    }
}
