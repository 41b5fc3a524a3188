package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.labels.ImageLabels;
import dev.ideal4j.core.image.labels.Label;
import dev.ideal4j.core.image.labels.Labels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "labels",
        description = "Work with the labels of images.",
        subcommands = LabelsCommand.Convert.class,
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class LabelsCommand {
    /** What labels are converted to. */
    enum Format {
        PNG,
        COCO
    }

    @Command(
            name = "convert",
            description =
                    "Convert the labels of images to masks. Images are turned upright by their EXIF orientation. Images "
                            + "without labels are left out, and a note counts them.",
            mixinStandardHelpOptions = true)
    static final class Convert implements Runnable {
        @Spec
        private CommandSpec spec;

        @Option(
                names = "--labels",
                required = true,
                paramLabel = "FILE|DIR",
                description =
                        "Labels of LabelMe, COCO, Label Studio, YOLO, CVAT (masks with labelmap.txt), boxes in text "
                                + "files, or a folder of masks.")
        private Path source;

        @Option(
                names = "--to",
                paramLabel = "FORMAT",
                description =
                        "${COMPLETION-CANDIDATES} (default: png). png: a mask NAME_mask.png for each image, with all its "
                                + "defects. coco: a JSON file with an annotation for each defect, as compressed RLE.")
        private Format format = Format.PNG;

        @Option(
                names = "--out",
                required = true,
                paramLabel = "PATH",
                description = "The folder of the masks, or the COCO file.")
        private Path out;

        @Parameters(arity = "1..*", paramLabel = "IMG", description = "The labelled images: files, folders or globs.")
        private List<String> images;

        @Override
        public void run() {
            PrintWriter err = spec.commandLine().getErr();
            ImageFiles files = new ImageFiles(err);
            Labels labels = files.labels(source);
            List<Path> found = files.expand(images);
            List<ImageLabels> converted = new ArrayList<>();
            Map<String, Long> types = new TreeMap<>();
            Set<Path> written = new HashSet<>();
            for (Path file : found) {
                Optional<ImageLabels> each = labels.of(file);
                if (each.isEmpty()) {
                    continue;
                }
                RgbImage image = files.image(file);
                ImageLabels sized = new ImageLabels(
                        each.get().source(),
                        file.getFileName().toString(),
                        image.width(),
                        image.height(),
                        each.get().labels());
                if (format == Format.PNG) {
                    ImageWriter.writePng(each.get().mask(image.width(), image.height()), mask(file, written));
                }
                converted.add(sized);
                each.get().labels().stream().map(Label::type).forEach(type -> types.merge(type, 1L, Long::sum));
            }
            if (converted.isEmpty()) {
                throw new InvalidInputException(
                        "--labels " + source,
                        "labels of none of " + found.size() + " images",
                        "labels named as the images");
            }
            if (format == Format.COCO) {
                Labels.writeCoco(converted, out);
            }
            if (converted.size() < found.size()) {
                err.println("note: " + (found.size() - converted.size()) + " of " + found.size()
                        + " images have no labels");
            }
            String counts = types.entrySet().stream()
                    .map(type -> type.getValue() + " " + (type.getKey().isEmpty() ? "defects" : type.getKey()))
                    .collect(Collectors.joining(", "));
            spec.commandLine()
                    .getOut()
                    .println(converted.size() + " images" + (counts.isEmpty() ? "" : ": " + OneLine.of(counts)));
        }

        private Path mask(Path image, Set<Path> written) {
            try {
                Files.createDirectories(out);
            } catch (IOException e) {
                throw FileAccessException.of(out, e);
            }
            Path mask = out.resolve(ImageFiles.stem(image) + "_mask.png");
            if (!written.add(mask)) {
                throw new InvalidInputException(
                        mask.toString(), "a second image of this name, " + image, "images of different names");
            }
            return mask;
        }
    }
}
