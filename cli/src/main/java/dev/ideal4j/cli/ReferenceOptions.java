package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.labels.Labels;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name the references of one product or of several products. */
final class ReferenceOptions {
    /** The names of the options, for messages. */
    static final String NAMES = "--normal, --abnormal, --mask, --labels, --without-normal, --calibration, "
            + "--calibration-defects, --product-root";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--normal",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Images of good parts: files, folders or globs.")
    private List<String> normal = new ArrayList<>();

    @Option(
            names = "--abnormal",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Images of defective parts: files, folders or globs.")
    private List<String> abnormal = new ArrayList<>();

    @Option(
            names = "--mask",
            arity = "1..*",
            paramLabel = "IMG",
            description =
                    "Masks of the --abnormal images: a pixel that is not black is defective. Masks are paired with images "
                            + "by name (a.png with a.png or a_mask.png), else in the order given. In a JPEG, or a mask with soft "
                            + "edges (over 16 grey levels), only pixels brighter than half are defective.")
    private List<String> masks = new ArrayList<>();

    @Option(
            names = "--labels",
            paramLabel = "FILE|DIR",
            description =
                    "In place of --mask: the labels of the --abnormal images, from LabelMe, COCO, Label Studio, YOLO, "
                            + "CVAT (masks with labelmap.txt), boxes in text files, or a folder of masks. Labels are paired with "
                            + "images by name.")
    private Path labels;

    @Option(
            names = "--calibration",
            arity = "1..*",
            paramLabel = "IMG",
            description =
                    "Images of good parts that the threshold is found with, and that are not learnt from. Without "
                            + "them, each --normal image is scored by a fit to the others.")
    private List<String> calibration = new ArrayList<>();

    @Option(
            names = "--calibration-defects",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Images of defective parts that only the detection rate is measured with.")
    private List<String> calibrationDefects = new ArrayList<>();

    @Option(
            names = "--ignore",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Masks of pixels that do not count, each for the reference or query of its name (a.png for "
                    + "a.png, or a_ignore.png). They are resized to the image.")
    private List<String> ignored = new ArrayList<>();

    private PairedMasks masksOfIgnored;

    @Option(
            names = "--without-normal",
            description =
                    "Allow --abnormal without --normal (ideal, nagl): everything outside the masks counts as normal. "
                            + "The scores are less reliable.")
    private boolean withoutNormal;

    @Option(
            names = "--product-root",
            paramLabel = "DIR",
            description =
                    "With --detector visionad --multi-class: a folder with a folder for each product, whose train/good "
                            + "holds images of good parts. The detector is fitted to all products at once.")
    private Path productRoot;

    @Mixin
    private ReadingOptions reading;

    private ImageFiles images;

    /**
     * Takes from the notes of a fit how images are read.
     *
     * @throws ParameterException if a given option differs from its note
     */
    void recall(FitNotes notes) {
        reading.recall(notes);
    }

    /** The options, by name, that read images for a fitted detector. */
    Map<String, String> notes() {
        return reading.notes();
    }

    /** Reads images as the options say. The levels of 'auto' are those of the references. */
    ImageFiles images(PrintWriter err) {
        if (images == null) {
            images = new ImageFiles(err, reading.options(this::files, err));
        }
        return images;
    }

    /** The files of all references. */
    private List<Path> files() {
        List<String> arguments = new ArrayList<>(normal);
        arguments.addAll(abnormal);
        if (productRoot != null) {
            goodFolders().forEach(folder -> arguments.add(folder.toString()));
        }
        return ImagePaths.expand(arguments);
    }

    /** Whether no option is given. */
    boolean isEmpty() {
        return ofOneProduct().isEmpty() && labels == null && productRoot == null && !withoutNormal;
    }

    /** Whether images are named, and all are of one product. */
    boolean isOfOneProduct() {
        return !ofOneProduct().isEmpty() && productRoot == null && !withoutNormal;
    }

    private List<String> ofOneProduct() {
        return Stream.of(normal, abnormal, masks, calibration, calibrationDefects)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Checks the options before any file is read.
     *
     * @throws ParameterException if an option has no effect, or an option is missing
     */
    void check(DetectorMethod method, OptionValues values) {
        if (productRoot != null) {
            return;
        }
        if (withoutNormal && !normal.isEmpty()) {
            throw usage("--without-normal: --normal is given");
        }
        if (normal.isEmpty() && !withoutNormal) {
            throw usage("--normal is missing: anomalous references alone do not show what a good part looks like"
                    + (method.usesAbnormal() && !method.trainsInFit() ? " (--without-normal allows it)" : ""));
        }
        checkRoles(method, values);
    }

    /**
     * Checks that the images can be learnt from.
     *
     * @throws ParameterException if an option has no effect
     */
    void checkRoles(DetectorMethod method, OptionValues values) {
        if (!abnormal.isEmpty() && !method.usesAbnormal()) {
            throw usage(
                    "--abnormal has no effect: --detector " + method.name() + " learns from normal references alone");
        }
        if (!masks.isEmpty() && labels != null) {
            throw usage("--labels takes the place of --mask");
        }
        if (labels != null && abnormal.isEmpty()) {
            throw usage("--labels has no effect without --abnormal");
        }
        if ((!masks.isEmpty() || labels != null) && !method.usesMasks(values)) {
            throw usage((labels != null ? "--labels" : "--mask") + " has no effect with "
                    + (method.usesMasks(OptionValues.NONE) ? "--pseudo-mask" : "--detector " + method.name()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints a note for each query that is a reference too, and for each reference that is given twice. */
    void note(List<Path> queries, PrintWriter err) {
        Set<Path> known = new HashSet<>();
        for (List<String> arguments : List.of(normal, abnormal)) {
            for (Path file : ImagePaths.expand(arguments)) {
                if (!known.add(real(file))) {
                    err.println(
                            "note: " + OneLine.of(file.toString()) + " is given twice as a reference and used once");
                }
            }
        }
        queries.stream()
                .filter(file -> known.contains(real(file)))
                .forEach(file -> err.println("note: " + OneLine.of(file.toString())
                        + " is a reference too: its score says nothing about other images"));
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    /**
     * Fits a detector to the references. Prints what is wrong with its calibration.
     *
     * @param err gets the progress
     * @return to be closed by the caller
     * @throws ParameterException if the references are of one product and the detector is for several, or the other way round
     */
    FittedDetector fit(DetectorOptions options, DecisionOptions decision, FeatureExtractor extractor, PrintWriter err) {
        DetectorMethod method = options.method();
        ImageFiles files = images(err);
        try (FewShotDetector detector = options.openFor(extractor, !abnormal.isEmpty(), err);
                TrainingProgress progress = new TrainingProgress(err)) {
            boolean several = detector instanceof MultiProductDetector multi && multi.isMultiProduct();
            if (several && (productRoot == null || !ofOneProduct().isEmpty())) {
                throw usage((ofOneProduct().isEmpty() ? "--product-root is missing" : "--normal, --abnormal and --mask")
                        + ": --multi-class asks for --product-root alone");
            }
            if (!several && productRoot != null) {
                throw usage("--product-root: only for --detector visionad with --multi-class");
            }
            if (several) {
                if (decision.isGiven()) {
                    throw usage("--max-false-alarms, --threshold and --roi: they have no effect with --multi-class");
                }
                return ((MultiProductDetector) detector).fit(products(files));
            }
            References read = read(method.usesMasks(options.values()), files);
            return warned(detector.fit(read, decision.over(FitOptions.DEFAULT, files, progress)), err);
        }
    }

    /** Prints what is wrong with a detector's calibration. */
    static FittedDetector warned(FittedDetector fitted, PrintWriter err) {
        fitted.calibration()
                .ifPresent(found -> found.warnings().forEach(warning -> err.println("warning: " + warning)));
        return fitted;
    }

    /** The references of each product below the root, products sorted by name. */
    private Map<String, References> products(ImageFiles files) {
        Map<String, References> products = new TreeMap<>();
        for (Path good : goodFolders()) {
            References.Builder references = References.builder();
            for (Path file : files.expand(List.of(good.toString()))) {
                references.normal(files.image(file));
            }
            products.put(good.getParent().getParent().getFileName().toString(), references.build());
        }
        return products;
    }

    private List<Path> goodFolders() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(productRoot, Files::isDirectory)) {
            List<Path> good = new ArrayList<>();
            folders.forEach(folder -> good.add(folder.resolve("train").resolve("good")));
            return good;
        } catch (IOException e) {
            throw FileAccessException.of(productRoot, e);
        }
    }

    /**
     * Reads the references. Each is named by its path.
     *
     * @param masked whether abnormal references need masks
     */
    References read(boolean masked, ImageFiles files) {
        List<Path> images = files.expand(abnormal);
        MaskSource source = masked ? masks(images, files) : (i, image) -> unmarked(image);
        List<Path> learnt = files.expand(normal);
        files.expand(calibration).stream().filter(learnt::contains).findFirst().ifPresent(file -> {
            throw new InvalidInputException(
                    "--calibration " + file,
                    "an image that is given as --normal too",
                    "a good image that is no reference");
        });
        PairedMasks out = ignored(files);
        References.Builder references = References.builder();
        add(normal, References.Role.NORMAL, out, files, references);
        for (int i = 0; i < images.size(); i++) {
            Path file = images.get(i);
            RgbImage image = files.image(file);
            Mask mask = source.mask(i, image);
            references.add(file.toString(), References.Role.ABNORMAL, image, mask, out.of(file, image));
        }
        add(calibration, References.Role.CALIBRATION, out, files, references);
        add(calibrationDefects, References.Role.CALIBRATION_DEFECT, out, files, references);
        return references.build();
    }

    private static void add(
            List<String> arguments,
            References.Role role,
            PairedMasks out,
            ImageFiles files,
            References.Builder references) {
        for (Path file : new LinkedHashSet<>(files.expand(arguments))) {
            RgbImage image = files.image(file);
            references.add(file.toString(), role, image, null, out.of(file, image));
        }
    }

    /** The masks of pixels that do not count. */
    PairedMasks ignored(ImageFiles files) {
        if (masksOfIgnored == null) {
            List<Path> found = ignored.isEmpty() ? List.of() : files.expand(ignored);
            masksOfIgnored = new PairedMasks(found, Collections.synchronizedSet(new LinkedHashSet<>(found)), files);
        }
        return masksOfIgnored;
    }

    /** Gives the mask of each anomalous reference. */
    private interface MaskSource {
        Mask mask(int index, RgbImage image);
    }

    private static Mask unmarked(RgbImage image) {
        return new Mask(image.width(), image.height(), new boolean[image.width() * image.height()]);
    }

    private MaskSource masks(List<Path> images, ImageFiles files) {
        if (labels != null) {
            Labels read = files.labels(labels);
            return (i, image) -> files.mask(read, labels, images.get(i), image);
        }
        List<Path> marked = files.expand(masks);
        if (images.size() != marked.size()) {
            throw new InvalidInputException(
                    "--mask",
                    marked.size() + " masks " + marked,
                    "one for each of " + images.size() + " anomalous images " + images + ", or --labels");
        }
        List<Path> paired = files.paired(images, marked);
        return (i, image) -> files.mask(paired.get(i), images.get(i), image);
    }

    /** The arguments by name, for config.json. */
    Map<String, Object> arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("normal", normal);
        arguments.put("abnormal", abnormal);
        arguments.put("mask", masks);
        arguments.put("calibration", calibration);
        arguments.put("calibrationDefects", calibrationDefects);
        arguments.put("ignore", ignored);
        if (labels != null) {
            arguments.put("labels", labels.toString());
        }
        arguments.put("levels", reading.levels());
        arguments.put("exif", reading.exif());
        arguments.put("normalFiles", names(normal));
        arguments.put("abnormalFiles", names(abnormal));
        if (productRoot != null) {
            arguments.put("productRoot", productRoot.toString());
        }
        return arguments;
    }

    private static List<String> names(List<String> arguments) {
        return ImagePaths.expand(arguments).stream().map(Path::toString).toList();
    }
}
