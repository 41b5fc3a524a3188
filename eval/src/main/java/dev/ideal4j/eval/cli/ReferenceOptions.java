package dev.ideal4j.eval.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.training.TrainingListener;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The few known pictures of a product, or of several. */
final class ReferenceOptions {
    @Option(
            names = "--normal",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Pictures of good parts: files, folders or globs.")
    private List<String> normal = new ArrayList<>();

    @Option(
            names = "--abnormal",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Pictures of defective parts: files, folders or globs.")
    private List<String> abnormal = new ArrayList<>();

    @Option(
            names = "--mask",
            arity = "1..*",
            paramLabel = "IMG",
            description = "The defects of the --abnormal pictures, in the same order: not black where defective.")
    private List<String> masks = new ArrayList<>();

    @Option(
            names = "--product-root",
            paramLabel = "DIR",
            description =
                    "With --detector visionad --multi-class: folders of several products, each with pictures of good "
                            + "parts in train/good; fit to all of them at once.")
    private Path productRoot;

    /** Whether none is given. */
    boolean isEmpty() {
        return ofOneProduct().isEmpty() && productRoot == null;
    }

    private List<String> ofOneProduct() {
        return Stream.of(normal, abnormal, masks).flatMap(List::stream).toList();
    }

    /**
     * Fits a detector to the pictures.
     *
     * @param listener hears how it goes where a method trains in its fit
     * @throws InvalidInputException if they are of one product and the detector is for several, or the other way round
     */
    FittedDetector fit(FewShotDetector detector, TrainingListener listener) {
        if (detector instanceof MultiProductDetector multi && multi.isMultiProduct()) {
            if (productRoot == null || !ofOneProduct().isEmpty()) {
                throw new InvalidInputException(
                        "references",
                        ofOneProduct().isEmpty() ? "no --product-root" : "--normal, --abnormal or --mask",
                        "--product-root alone: --multi-class asks for it");
            }
            return multi.fit(products());
        }
        if (productRoot != null) {
            throw new InvalidInputException(
                    "--product-root", productRoot.toString(), "none without --detector visionad --multi-class");
        }
        return detector.fit(read(), listener);
    }

    /** The products below the root, sorted by name. */
    private Map<String, References> products() {
        Map<String, References> products = new TreeMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(productRoot, Files::isDirectory)) {
            for (Path folder : folders) {
                Path good = folder.resolve("train").resolve("good");
                References.Builder references = References.builder();
                for (Path file : PictureFiles.expand(List.of(good.toString()))) {
                    references.normal(ImageReader.read(file));
                }
                products.put(folder.getFileName().toString(), references.build());
            }
        } catch (IOException e) {
            throw new FileAccessException(productRoot, e);
        }
        return products;
    }

    private References read() {
        List<Path> pictures = PictureFiles.expand(abnormal);
        List<Path> marked = PictureFiles.expand(masks);
        if (pictures.size() != marked.size()) {
            throw new InvalidInputException(
                    "--mask", marked.size() + " masks", "one for each of " + pictures.size() + " abnormal pictures");
        }
        References.Builder references = References.builder();
        for (Path file : PictureFiles.expand(normal)) {
            references.normal(ImageReader.read(file));
        }
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage image = ImageReader.read(pictures.get(i));
            Mask mask = MaskReader.read(marked.get(i));
            if (mask.width() != image.width() || mask.height() != image.height()) {
                throw new InvalidInputException(
                        "mask " + marked.get(i),
                        mask.width() + "×" + mask.height(),
                        image.width() + "×" + image.height() + ", the size of " + pictures.get(i));
            }
            references.abnormal(image, mask);
        }
        return references.build();
    }

    /** The arguments, by name, for records. */
    Map<String, Object> arguments() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("normal", normal);
        arguments.put("abnormal", abnormal);
        arguments.put("mask", masks);
        if (productRoot != null) {
            arguments.put("productRoot", productRoot.toString());
        }
        return arguments;
    }
}
