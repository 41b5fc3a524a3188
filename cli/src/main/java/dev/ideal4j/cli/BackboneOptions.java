package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneKind;
import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.cli.weights.WeightCatalogue;
import dev.ideal4j.cli.weights.WeightEntry;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethod;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose the backbone, its input size and the backend. */
final class BackboneOptions {
    /** The largest side whose square of RGB float32 pixels fits a Java array. */
    private static final int LARGEST_SIZE = 8400;

    private static final int MOST_HEADS = 1024;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Notes of the fit that these options are taken from, or null. */
    private FitNotes recalled;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|FILE",
            description =
                    "The network that computes features: 'builtin' (default); 'builtin-smooth', the built-in network for "
                            + "training; a file of DINOv2, DINOv3, ResNet or MobileNetV2 weights (.pth, .safetensors, TorchScript); "
                            + "the name of fetched weights (see 'ideal weights list'); or 'random:NAME', a network with "
                            + "random weights (to measure speed; its scores mean nothing).")
    private String backbone;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description =
                    "Side of the square that images are resized to; a multiple of 14, for DINOv3 of 16, for a ResNet or "
                            + "MobileNetV2 of its first stage's stride (default: the detector's default, 448 for most; 320 for a ResNet "
                            + "or MobileNetV2).")
    private Integer size;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Number of attention heads of a DINOv2 file (default: its width / 64).")
    private Integer heads;

    @Option(
            names = "--stages",
            paramLabel = "NAME",
            split = ",",
            description = "Stages of a ResNet or MobileNetV2 whose maps are the features, by torchvision's names, as "
                    + "layer1,layer2 (default: layer2,layer3, or features.6,features.13 for MobileNetV2).")
    private List<String> stages = List.of();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "The backend that computes: cpu, reference, … ('ideal info' lists them; default: the best available).")
    private String backend;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Threads that compute on the CPU (default: one per logical CPU). Results do not depend on it.")
    private Integer threads;

    @Option(
            names = "--no-recorded-passes",
            description =
                    "Do not record and replay the commands of a forward pass on a GPU (IDEAL). Slower, needs less "
                            + "memory, same results.")
    private boolean noRecordedPasses;

    /**
     * Opens the backend. Prints a note for each option that has no effect on it.
     *
     * @throws ParameterException if the backend does not exist, or a number is out of its range
     */
    Backend openBackend() {
        require("--size", size, LARGEST_SIZE);
        require("--heads", heads, MOST_HEADS);
        require("--threads", threads, Backends.Options.MOST_THREADS);
        Backend opened = open(new Backends.Options(threads, noRecordedPasses ? false : null, null));
        PrintWriter err = spec.commandLine().getErr();
        boolean cpu = opened.name().startsWith("cpu");
        if (threads != null && !cpu) {
            err.println("note: --threads has no effect on " + opened.name());
        }
        if (noRecordedPasses && cpu) {
            err.println("note: --no-recorded-passes has no effect on " + opened.name());
        }
        return opened;
    }

    private Backend open(Backends.Options options) {
        if (backend == null) {
            return Backends.best(options);
        }
        List<String> kinds = Backends.kinds();
        if (!kinds.contains(backend.trim().toLowerCase(Locale.ROOT).replaceFirst(":.*", ""))) {
            throw usage("--backend", backend, "one of " + String.join(", ", kinds));
        }
        return Backends.open(backend, options);
    }

    private void require(String option, Integer value, int most) {
        if (value != null && (value < 1 || value > most)) {
            throw usage(option, value.toString(), "1 to " + most);
        }
    }

    private ParameterException usage(String option, String found, String expected) {
        return new ParameterException(
                spec.commandLine(), new InvalidInputException(option, found, expected).getMessage());
    }

    /**
     * Takes the options from the notes of a fit.
     *
     * @throws ParameterException if a given option differs from its note
     */
    void recall(FitNotes notes, DetectorMethod method) {
        if (!method.looksThroughBackbone()) {
            recalled = notes;
            size = recalled("--size", size);
            heads = recalled("--heads", heads);
            recallStages();
            if (backbone != null) {
                throw new ParameterException(
                        spec.commandLine(), "--backbone: it has no effect, the network is in " + notes.file());
            }
            backbone = BuiltinBackbone.NAME; // the method does not use the backbone, so any will do
            return;
        }
        recallToLearn(notes);
    }

    /**
     * Takes the options from the notes of a fit that is to learn more.
     *
     * @throws ParameterException if a given option differs from its note
     */
    void recallToLearn(FitNotes notes) {
        recalled = notes;
        size = recalled("--size", size);
        heads = recalled("--heads", heads);
        recallStages();
        String noted = notes.value("--backbone");
        if (backbone != null && noted != null && (isNamed(backbone) || isNamed(noted))) {
            notes.require(spec, "--backbone", backbone, noted, backbone::equals);
        }
        backbone = backbone == null ? noted : backbone;
    }

    private void recallStages() {
        String noted = recalled.value("--stages");
        if (noted != null) {
            String given = stages.isEmpty() ? null : String.join(",", stages);
            recalled.require(spec, "--stages", given, noted, value -> value.equals(given));
            stages = List.of(noted.split(","));
        }
    }

    private Integer recalled(String option, Integer given) {
        String noted = recalled.value(option);
        if (noted == null) {
            return given;
        }
        recalled.require(spec, option, given, noted, value -> value.equals(String.valueOf(given)));
        return Integer.valueOf(noted);
    }

    /** The options, by name, that open this backbone again for a fitted detector. */
    Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>();
        notes.put("--backbone", backbone == null ? BuiltinBackbone.NAME : noted(backbone));
        if (size != null) {
            notes.put("--size", size.toString());
        }
        if (heads != null) {
            notes.put("--heads", heads.toString());
        }
        if (!stages.isEmpty()) {
            notes.put("--stages", String.join(",", stages));
        }
        return notes;
    }

    private static String noted(String backbone) {
        return !isNamed(backbone) && Files.exists(Path.of(backbone))
                ? Path.of(backbone).toAbsolutePath().normalize().toString()
                : backbone;
    }

    /** Whether a backbone is named and not a file. */
    private static boolean isNamed(String backbone) {
        return Backbones.find(backbone)
                .filter(kind -> kind.files(backbone).isEmpty())
                .isPresent();
    }

    /**
     * Opens the backbone on a backend.
     *
     * @param loader of the method
     * @param err gets a note when the user chose no backbone, or one with random weights
     * @throws ParameterException if the size, the heads or the stages do not fit the backbone
     */
    FeatureExtractor open(BackboneLoader loader, Backend on, PrintWriter err) {
        BackboneLoader.Input input =
                new BackboneLoader.Input(size == null ? 0 : size, heads == null ? 0 : heads, stages);
        String name = resolved();
        BackboneKind kind = kind(name);
        if (!kind.hasHeads() && heads != null) {
            throw usage("--heads", heads.toString(), "none: the backbone " + name + " has no attention heads");
        }
        if (!kind.hasStages() && !stages.isEmpty()) {
            throw usage(
                    "--stages",
                    String.join(",", stages),
                    "none: the backbone " + name + " is no ResNet or MobileNetV2");
        }
        if (backbone == null) {
            err.println(
                    "note: without --backbone the built-in network is used. It sees textures and colours, not objects; a "
                            + "trained network sees more ('ideal weights list')");
        }
        kind.warning(name).ifPresent(warning -> err.println(name + ": " + warning));
        try {
            return Backbones.open(name, loader, input, on);
        } catch (InvalidInputException e) {
            throw named(e);
        }
    }

    /** The error. If it is about an option, its message names the option as the user typed it. */
    private RuntimeException named(InvalidInputException error) {
        String message = error.getMessage();
        String option = size != null && message.startsWith("input ")
                ? "--size"
                : heads != null && message.startsWith("vision transformer's heads")
                        ? "--heads"
                        : !stages.isEmpty() && message.startsWith("stages ")
                                ? "--stages"
                                : backbone != null && isNamed(backbone) ? "--backbone" : null;
        return option == null
                ? error
                : new ParameterException(spec.commandLine(), option + message.substring(message.indexOf(": found")));
    }

    /** Writes the backbone as ONNX. */
    void exportOnnx(Path file) {
        String name = resolved();
        kind(name).export(name, size == null ? 0 : size, file);
    }

    /** The files of weights of the backbone: none for a built-in or random backbone. */
    List<Path> files() {
        String name = resolved();
        return kind(name).files(name);
    }

    private static BackboneKind kind(String resolved) {
        return Backbones.find(resolved).orElseThrow();
    }

    /** The name by which its kind knows the backbone: fetched weights are files. */
    private String resolved() {
        String name = backbone == null ? BuiltinBackbone.NAME : backbone;
        return Backbones.find(name).isPresent() ? name : fetched().toString();
    }

    private Path fetched() {
        List<String> names =
                WeightCatalogue.entries().stream().map(WeightEntry::name).toList();
        if (!names.contains(backbone)) {
            throw new InvalidInputException(
                    "--backbone",
                    backbone + ", which is not a file"
                            + (recalled == null ? "" : " here, as " + recalled.file() + " notes it"),
                    String.join(", ", Backbones.labels()) + ", or one of " + String.join(", ", names));
        }
        return WeightCatalogue.find(backbone)
                .orElseThrow(() -> new InvalidInputException(
                        "--backbone",
                        backbone + ", which is not fetched",
                        "'ideal weights fetch " + backbone + "' before, or a file"));
    }
}
