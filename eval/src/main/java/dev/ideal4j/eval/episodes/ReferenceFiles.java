package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The files of the references of a product.
 *
 * @param normal normal references
 * @param anomalous anomalous references with their masks
 */
public record ReferenceFiles(List<Path> normal, List<Marked> anomalous) {
    /** Copies the lists. */
    public ReferenceFiles {
        normal = List.copyOf(normal);
        anomalous = List.copyOf(anomalous);
    }

    /**
     * An image and the mask of its defect.
     *
     * @param image the image
     * @param mask reads its mask; it is resized if its size differs from that of the image
     */
    public record Marked(Path image, Supplier<Mask> mask) {}

    /**
     * Reads the images.
     *
     * @throws dev.ideal4j.core.Ideal4jException if a file cannot be read; the message names it
     */
    public References load() {
        References.Builder references = References.builder();
        normal.forEach(file -> references.normal(ImageReader.read(file)));
        for (Marked marked : anomalous) {
            RgbImage image = ImageReader.read(marked.image());
            Mask mask = marked.mask().get();
            boolean same = mask.width() == image.width() && mask.height() == image.height();
            references.abnormal(image, same ? mask : mask.resize(image.width(), image.height()));
        }
        return references.build();
    }
}
