package dev.ideal4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = "Export a DINOv2 backbone as an ONNX graph with a fixed input size.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Option(names = "--onnx", required = true, paramLabel = "FILE", description = "Where to write the graph.")
    private Path file;

    @Override
    public void run() {
        backbone.exportOnnx(file);
        spec.commandLine().getErr().println("saved " + file);
    }
}
