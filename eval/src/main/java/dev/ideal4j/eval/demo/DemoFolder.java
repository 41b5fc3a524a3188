package dev.ideal4j.eval.demo;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes generated images in the layout of MVTec AD: {@code part/train/good/000.png}, {@code part/test/KIND/000.png}
 * and {@code part/ground_truth/KIND/000_mask.png}.
 */
public final class DemoFolder {
    private final Path root;

    /** @param root the folder; it is created if it is missing */
    public DemoFolder(Path root) {
        this.root = root;
    }

    /**
     * Writes images of all parts.
     *
     * @param normals number of good training images of each part
     * @param good number of good test images of each part
     * @param defective number of test images of each kind of defect of each part
     */
    public void write(DemoDataset dataset, int normals, int good, int defective) {
        write(dataset, dataset.parts(), normals, good, defective);
    }

    /** Writes images of some parts or products; see {@link #write(DemoDataset, int, int, int)}. */
    public void write(DemoDataset dataset, List<String> parts, int normals, int good, int defective) {
        Map<String, List<String>> byKind = parts.stream().collect(Collectors.groupingBy(DemoDataset::kind));
        byKind.values().parallelStream().forEach(products -> {
            for (int i = 0; i < normals; i++) {
                int index = i;
                products.forEach(product -> write(dataset.train(product, index), "train"));
            }
            for (int i = 0; i < good; i++) {
                int index = i;
                products.forEach(product -> write(dataset.test(product, DemoDataset.GOOD, index), "test"));
            }
            for (String defect : dataset.defects(products.get(0))) {
                for (int i = 0; i < defective; i++) {
                    int index = i;
                    products.forEach(product -> write(dataset.test(product, defect, index), "test"));
                }
            }
        });
    }

    /**
     * Writes an image, and the mask of a defective one.
     *
     * @param split {@code train} or {@code test}
     * @return the file of the image
     * @throws FileAccessException if a file cannot be written
     */
    public Path write(DemoSample sample, String split) {
        String number = String.format(Locale.ROOT, "%03d", sample.index());
        Path part = root.resolve(sample.part());
        Path file = created(part.resolve(split).resolve(sample.kind())).resolve(number + ".png");
        ImageWriter.writePng(sample.image(), file);
        if (sample.isAbnormal()) {
            Path masks = created(part.resolve("ground_truth").resolve(sample.kind()));
            ImageWriter.writePng(sample.mask(), masks.resolve(number + "_mask.png"));
        }
        return file;
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
    }

    /** The mask as an image: white if defective, otherwise black. */
}
