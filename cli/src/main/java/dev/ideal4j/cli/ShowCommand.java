package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        description = "Show what a fitted detector knows: its method, threshold, history and references.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Runnable {
    private static final int MASK_COLOUR = 0x00e5ff;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FITTED", description = "A file that 'ideal fit' wrote.")
    private Path file;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description =
                    "Write the references to this folder, as the network sees them, with outlines around their masks.")
    private Path images;

    @Override
    public void run() {
        FittedDetectors.Saved saved = FittedDetectors.saved(file);
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "method      " + saved.method().name() + ", " + saved.method().summary());
        out.println("backbone    " + (saved.backbone() == null ? "in the file" : saved.backbone()));
        Calibration calibration = saved.calibration();
        if (calibration != null) {
            out.println("scores      " + scores(calibration));
        }
        out.println("decision    " + Summary.threshold(saved.rule(), calibration));
        if (saved.options().region() != null) {
            out.printf(
                    Locale.ROOT,
                    "region      %.1f %% of each image counts%n",
                    100 * saved.options().region().share());
        }
        saved.history().forEach(line -> out.println("history     " + OneLine.of(line)));
        int number = 0;
        for (Map.Entry<String, References> product : saved.products().entrySet()) {
            for (Reference known : product.getValue().all()) {
                number++;
                String name = product.getKey().isEmpty() ? known.name() : product.getKey() + ": " + known.name();
                String written = images == null ? "" : "  " + write(known, number);
                out.printf("%-18s  %s%s%n", known.role().label(), OneLine.of(name), written);
            }
        }
    }

    private static String scores(Calibration calibration) {
        double[] good = calibration.good().stream()
                .mapToDouble(Calibration.Scores::image)
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT,
                "%d good images, %s: %.4f to %.4f, median %.4f",
                good.length,
                switch (calibration.source()) {
                    case LEAVE_ONE_OUT -> "each left out of the references";
                    case SEPARATE -> "not learnt from";
                    case HELD_BACK -> "held back from the training";
                },
                good[0],
                good[good.length - 1],
                good[good.length / 2]);
    }

    private Path write(Reference known, int number) {
        Path to = images.resolve(String.format(Locale.ROOT, "%03d.png", number));
        RgbImage image = known.image();
        try {
            Files.createDirectories(images);
        } catch (IOException e) {
            throw FileAccessException.of(images, e);
        }
        boolean marked = known.mask() != null && !known.mask().isEmpty();
        ImageWriter.writePng(marked ? Heatmap.outline(image, known.mask(), MASK_COLOUR) : image, to);
        return to;
    }
}
