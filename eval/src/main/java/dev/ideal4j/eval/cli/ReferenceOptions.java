package dev.ideal4j.eval.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The few known pictures of a product. */
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

    /** Whether none is given. */
    boolean isEmpty() {
        return normal.isEmpty() && abnormal.isEmpty() && masks.isEmpty();
    }

    /** Reads the pictures. */
    References read() {
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

    /** The arguments, for records. */
    List<String> normal() {
        return normal;
    }

    /** The arguments, for records. */
    List<String> abnormal() {
        return abnormal;
    }

    /** The arguments, for records. */
    List<String> masks() {
        return masks;
    }
}
