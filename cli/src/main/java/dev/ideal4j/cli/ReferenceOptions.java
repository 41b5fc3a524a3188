package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The few known images of a product, or of several. */
final class ReferenceOptions {
    /** The options, for messages. */
    static final String NAMES = "--normal, --abnormal, --mask, --without-normal, --product-root";

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
                    "The defects of the --abnormal images: not black where defective. Masks are paired with images by name "
                            + "(a.png with a.png or a_mask.png), else in the order given. Of a JPEG, or of more than 16 grey levels, "
                            + "what is brighter than half counts.")
    private List<String> masks = new ArrayList<>();

    @Option(
            names = "--without-normal",
            description =
                    "Allow --abnormal without --normal (ideal, nagl): what lies outside the masks counts as normal. "
                            + "Scores mean less.")
    private boolean withoutNormal;

    @Option(
            names = "--product-root",
            paramLabel = "DIR",
            description =
                    "With --detector visionad --multi-class: folders of several products, each with pictures of good "
                            + "parts in train/good; fit to all of them at once.")
    private Path productRoot;

    /** Whether none is given. */
    boolean isEmpty() {
        return ofOneProduct().isEmpty() && productRoot == null && !withoutNormal;
    }

    private List<String> ofOneProduct() {
        return Stream.of(normal, abnormal, masks).flatMap(List::stream).toList();
    }

    /**
     * Fails when an option has no effect, or one is missing, before anything is read.
     *
     * @throws ParameterException if so
     */
    void check(DetectorMethod method, OptionValues values) {
        if (productRoot != null) {
            return;
        }
        if (withoutNormal && !normal.isEmpty()) {
            throw usage("--without-normal: --normal is given");
        }
        if (normal.isEmpty() && !withoutNormal) {
            throw usage("--normal is missing: good parts are not known from abnormal references alone"
                    + (method.usesAbnormal() && !method.trainsInFit() ? " (--without-normal tries)" : ""));
        }
        if (!abnormal.isEmpty() && !method.usesAbnormal()) {
            throw usage(
                    "--abnormal has no effect: --detector " + method.name() + " learns from normal references alone");
        }
        if (!masks.isEmpty() && !method.usesMasks(values)) {
            throw usage("--mask has no effect with "
                    + (method.usesMasks(OptionValues.NONE) ? "--pseudo-mask" : "--detector " + method.name()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Says which images to score are references, and which references are given twice. */
    void note(List<Path> queries, PrintWriter err) {
        Set<Path> known = new HashSet<>();
        for (List<String> arguments : List.of(normal, abnormal)) {
            for (Path file : PictureFiles.expand(arguments)) {
                if (!known.add(real(file))) {
                    err.println("note: " + OneLine.of(file.toString()) + " is given twice as a reference");
                }
            }
        }
        queries.stream()
                .filter(file -> known.contains(real(file)))
                .forEach(file -> err.println("note: " + OneLine.of(file.toString())
                        + " is a reference as well: its score says nothing of other images"));
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    /**
     * What was fitted.
     *
     * @param detector the caller's to close
     * @param scale of its heat maps
     */
    record Fit(FittedDetector detector, HeatScale scale) {}

    /**
     * Fits a detector to the images.
     *
     * @param scale of heat maps, or null to find it by the references
     * @param err told how it goes
     * @throws ParameterException if they are of one product and the detector is for several, or the other way round
     */
    Fit fit(DetectorOptions options, FeatureExtractor extractor, HeatScale scale, PrintWriter err) {
        DetectorMethod method = options.method();
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
                FittedDetector fitted = ((MultiProductDetector) detector).fit(products(new ImageFiles(err)));
                return new Fit(fitted, scale == null ? method.heatScale() : scale);
            }
            References read = read(method.usesMasks(options.values()), new ImageFiles(err));
            HeatScale used = scale == null ? HeatScales.of(method, detector, read, err) : scale;
            return new Fit(detector.fit(read, progress), used);
        }
    }

    /** The products below the root, sorted by name. */
    private Map<String, References> products(ImageFiles files) {
        Map<String, References> products = new TreeMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(productRoot, Files::isDirectory)) {
            for (Path folder : folders) {
                Path good = folder.resolve("train").resolve("good");
                References.Builder references = References.builder();
                for (Path file : files.expand(List.of(good.toString()))) {
                    references.normal(files.image(file));
                }
                products.put(folder.getFileName().toString(), references.build());
            }
        } catch (IOException e) {
            throw new FileAccessException(productRoot, e);
        }
        return products;
    }

    private References read(boolean masked, ImageFiles files) {
        List<Path> pictures = files.expand(abnormal);
        List<Path> marked = files.expand(masks);
        if (masked && pictures.size() != marked.size()) {
            throw new InvalidInputException(
                    "--mask",
                    marked.size() + " masks " + marked,
                    "one for each of " + pictures.size() + " abnormal images " + pictures);
        }
        References.Builder references = References.builder();
        for (Path file : files.expand(normal)) {
            references.normal(files.image(file));
        }
        marked = masked ? files.paired(pictures, marked) : marked;
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage image = files.image(pictures.get(i));
            if (!masked) {
                int pixels = image.width() * image.height();
                references.abnormal(image, new Mask(image.width(), image.height(), new boolean[pixels]));
                continue;
            }
            references.abnormal(image, files.mask(marked.get(i), pictures.get(i), image));
        }
        return references.build();
    }

    /** The arguments, by name, for records. */
    Map<String, Object> arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("normal", normal);
        arguments.put("abnormal", abnormal);
        arguments.put("mask", masks);
        arguments.put("normalFiles", names(normal));
        arguments.put("abnormalFiles", names(abnormal));
        if (productRoot != null) {
            arguments.put("productRoot", productRoot.toString());
        }
        return arguments;
    }

    private static List<String> names(List<String> arguments) {
        return PictureFiles.expand(arguments).stream().map(Path::toString).toList();
    }
}
