package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.OptionValues;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of commands that change a fitted detector. */
final class ProductOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Parameters(index = "0", paramLabel = "FITTED", description = "A file that 'ideal fit' wrote.")
    private Path file;

    @Option(
            names = "--save",
            paramLabel = "NEW",
            description = "Where to write the changed detector (default: FITTED itself).")
    private Path save;

    /** The file of the fitted detector. */
    Path file() {
        return file;
    }

    /** What the file says. */
    FittedDetectors.Saved saved() {
        return FittedDetectors.saved(file);
    }

    /** Loads the detector, changes it, and saves it. Nothing is written if that fails. */
    void change(FittedDetectors.Saved saved, UnaryOperator<FittedDetector> change) {
        PrintWriter err = spec.commandLine().getErr();
        FitNotes notes = FitNotes.of(file, saved);
        backbone.recallToLearn(notes);
        OptionValues values = MethodOptions.DETECTOR.noted(saved.method(), notes);
        Path to = save == null ? file : save;
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(saved.method().backbones(values), on, err);
                FittedDetector before = FittedDetectors.load(file, extractor);
                FittedDetector after = ReferenceOptions.warned(change.apply(before), err)) {
            after.save(to, saved.notes());
            err.println(Summary.threshold(after));
            err.println(
                    "saved " + to + ": " + after.history().get(after.history().size() - 1));
        }
    }
}
