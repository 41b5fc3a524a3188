package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import java.nio.file.Path;
import java.util.List;

/**
 * The references of a product on disk.
 *
 * @param normal normal pictures
 * @param anomalous defective pictures with their masks
 */
public record ReferenceFiles(List<Path> normal, List<Marked> anomalous) {
    /** Copies the lists. */
    public ReferenceFiles {
        normal = List.copyOf(normal);
        anomalous = List.copyOf(anomalous);
    }

    /**
     * A picture and the mask of its defect.
     *
     * @param image the picture
     * @param mask its mask; of another size it is resized to the picture's
     */
    public record Marked(Path image, Path mask) {}

    /**
     * Reads the pictures.
     *
     * @throws dev.ideal4j.core.Ideal4jException if one cannot be read; the message names it
     */
    public References load() {
        References.Builder references = References.builder();
        normal.forEach(file -> references.normal(ImageReader.read(file)));
        for (Marked marked : anomalous) {
            RgbImage image = ImageReader.read(marked.image());
            Mask mask = MaskReader.read(marked.mask());
            boolean same = mask.width() == image.width() && mask.height() == image.height();
            references.abnormal(image, same ? mask : mask.resize(image.width(), image.height()));
        }
        return references.build();
    }
}
