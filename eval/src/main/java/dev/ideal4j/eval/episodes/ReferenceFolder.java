package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.eval.episodes.ReferenceFiles.Marked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fixed references in a folder: {@code product/normal} and {@code product/abnormal}. The mask of an anomalous reference
 * {@code name.png} is {@code name_mask.png} in the same folder. The first images by name are taken. If there are too few
 * images, they repeat.
 */
public final class ReferenceFolder {
    private static final List<String> MASK_ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff");
    private static final String MARK = "_mask";

    private final Path root;

    private ReferenceFolder(Path root) {
        this.root = root;
    }

    /** The folder in {@code root} with the name of the target if it exists, otherwise {@code root} itself. */
    public static ReferenceFolder of(Path root, String target) {
        Path own = root.resolve(target);
        return new ReferenceFolder(Files.isDirectory(own) ? own : root);
    }

    /**
     * The references of a product.
     *
     * @throws FileAccessException if a folder is missing or holds no image, or an image has no mask
     */
    public ReferenceFiles of(String product, Shots shots) {
        List<Path> normal =
                shots.normal() == 0 ? List.of() : images(root.resolve(product).resolve("normal"), "");
        List<Path> anomalous = shots.anomalous() == 0
                ? List.of()
                : images(root.resolve(product).resolve("abnormal"), MARK);
        return new ReferenceFiles(
                cycled(normal, shots.normal()),
                cycled(anomalous, shots.anomalous()).stream()
                        .map(image -> marked(image, mask(image)))
                        .toList());
    }

    private static Marked marked(Path image, Path mask) {
        return new Marked(image, () -> MaskReader.read(mask));
    }

    /** The images of a folder, sorted. If {@code without} is not empty, names that contain it are left out. */
    private static List<Path> images(Path folder, String without) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> images = files.filter(file -> Files.isRegularFile(file) && ImageReader.hasSuffix(file))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> without.isEmpty() || !stem(file).contains(without))
                    .sorted((a, b) ->
                            a.getFileName().toString().compareTo(b.getFileName().toString()))
                    .toList();
            if (images.isEmpty()) {
                throw new FileAccessException(folder, "no reference image in it");
            }
            return images;
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
    }

    private static List<Path> cycled(List<Path> files, int count) {
        List<Path> cycled = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cycled.add(files.get(i % files.size()));
        }
        return cycled;
    }

    private static Path mask(Path image) {
        return MASK_ENDINGS.stream()
                .map(ending -> image.resolveSibling(stem(image) + MARK + ending))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() ->
                        new FileAccessException(image, "no mask in its folder, such as " + stem(image) + "_mask.png"));
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
