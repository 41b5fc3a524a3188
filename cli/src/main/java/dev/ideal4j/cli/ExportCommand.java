package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Export a fitted detector as one ONNX file, from the image to the verdict. ONNX Runtime then gives the same "
                    + "score and map in C#, C++ and Python.",
            "Without FITTED, export a DINOv2 backbone as an ONNX graph with a fixed input size."
        },
        footer = {
            "",
            "A detector's file has the input image (uint8, height x width x 3, RGB, any size) and the outputs score, map, and, "
                    + "with a threshold, calibrated and anomalous. Detectors: ideal, patchcore, anomalydino, subspacead, "
                    + "visionad, without tiles and region of interest."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Parameters(
            arity = "0..1",
            paramLabel = "FITTED",
            description = "A file that 'ideal fit' wrote. Its backbone, size and settings are those of the fit.")
    private Path fitted;

    @Option(names = "--onnx", required = true, paramLabel = "FILE", description = "Where to write the graph.")
    private Path file;

    @Override
    public void run() {
        if (fitted == null) {
            backbone.exportOnnx(file);
        } else {
            exportFitted();
        }
        spec.commandLine().getErr().println("saved " + file);
    }

    private void exportFitted() {
        FittedDetectors.Saved saved = FittedDetectors.saved(fitted);
        FitNotes notes = FitNotes.of(fitted, saved);
        backbone.recall(notes, saved.method());
        BackboneLoader loader = saved.method().backbones(MethodOptions.DETECTOR.noted(saved.method(), notes));
        PrintWriter unheard = new PrintWriter(Writer.nullWriter()); // the notes are printed when it is opened first
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor =
                        backbone.open(loader, on, spec.commandLine().getErr());
                FittedDetector product = FittedDetectors.load(fitted, extractor)) {
            product.exportOnnx(drawn -> backbone.open(loader, drawn, unheard), file);
        }
    }
}
