package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.backbone.onnx.OnnxExporter;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.detectors.internal.ScoringPasses;
import dev.ideal4j.eval.weights.WeightCatalogue;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which network looks at the pictures, and where it computes. */
final class BackboneOptions {
    private static final String RANDOM = "random:";

    /** System property by which the CPU backend is told its threads. */
    private static final String THREADS = "ideal4j.threads";

    @Option(
            names = "--backbone",
            paramLabel = "NAME|FILE",
            description =
                    "'builtin' (default), 'builtin-smooth' (the same made for training), a file of DINOv2 weights (.pth, .safetensors, TorchScript), the name of "
                            + "fetched weights (see 'ideal weights list'), or 'random:NAME' for made-up weights of a DINOv2 "
                            + "network (to try the speed; without skill).")
    private String backbone;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of the square that pictures are resized to; a multiple of 14 (default: the detector's, "
                    + "mostly 448).")
    private int size;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Attention heads of a DINOv2 file (default: its width / 64).")
    private int heads;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "Where to compute: cpu, reference, … as 'ideal info' lists them (default: the best there is).")
    private String backend;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute on the CPU (default: one per processor). Results do not depend on it.")
    private Integer threads;

    @Option(
            names = "--no-recorded-passes",
            description = "Give a GPU all commands of a pass anew, also where the same ones have come before (IDEAL): "
                    + "slower, with less memory. Results do not depend on it.")
    private boolean noRecordedPasses;

    /** Opens the backend. */
    Backend openBackend() {
        if (threads != null) {
            System.setProperty(THREADS, threads.toString());
        }
        if (noRecordedPasses) {
            System.setProperty(ScoringPasses.PROPERTY, "off");
        }
        return backend == null ? Backends.best() : Backends.open(backend);
    }

    /**
     * Opens the backbone on a backend.
     *
     * @param loader of the method
     * @param err told when the choice was not the user's
     */
    FeatureExtractor open(BackboneLoader loader, Backend on, PrintWriter err) {
        BackboneLoader.Input input = new BackboneLoader.Input(size, heads);
        if (backbone == null) {
            err.println(
                    "no --backbone given: using the built-in one, which needs no download; real weights see " + "more");
            return loader.builtin(input, on);
        }
        if (backbone.equals(BuiltinBackbone.NAME)) {
            return loader.builtin(input, on);
        }
        if (backbone.equals(BuiltinBackbone.SMOOTH_NAME)) {
            return BuiltinBackbone.smooth(on, size == 0 ? BuiltinBackbone.SIDE : size);
        }
        if (backbone.startsWith(RANDOM)) {
            String name = backbone.substring(RANDOM.length());
            err.println(backbone + ": made-up weights, without skill; scores mean nothing");
            return loader.madeUp(name, input, on);
        }
        return loader.load(weights(), input, on);
    }

    /** Writes the backbone as ONNX. */
    void exportOnnx(Path file) {
        if (backbone == null || backbone.startsWith(BuiltinBackbone.NAME)) {
            throw new InvalidInputException("--backbone", "the built-in one", "a DINOv2 network: only these export");
        }
        int side = size == 0 ? DinoV2.Options.DEFAULT.inputWidth() : size;
        if (backbone.startsWith(RANDOM)) {
            String name = backbone.substring(RANDOM.length());
            OnnxExporter.export(VitWeights.seeded(VitConfig.named(name), name + "/"), side, side, file);
            return;
        }
        try (WeightFile weights = Checkpoints.open(weights())) {
            OnnxExporter.export(VitWeights.of(weights), side, side, file);
        }
    }

    /** The files of weights that the backbone is made from: none for a built-in or made-up one. */
    List<Path> files() {
        boolean noFile = backbone == null || backbone.startsWith(BuiltinBackbone.NAME) || backbone.startsWith(RANDOM);
        return noFile ? List.of() : List.of(weights());
    }

    private Path weights() {
        Path file = Path.of(backbone);
        if (Files.exists(file)) {
            return file;
        }
        return WeightCatalogue.find(backbone)
                .orElseThrow(() -> new InvalidInputException(
                        "--backbone",
                        backbone + ", which is neither a file nor fetched",
                        "'builtin', a file, or a name after 'ideal weights fetch'"));
    }
}
