package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.eval.episodes.ReferenceFiles.Marked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fixed references: {@code product/normal} and {@code product/abnormal} in a folder, masks beside the defective pictures as
 * {@code name_mask.png}. The first pictures by name are taken; where there are fewer than asked for they repeat.
 */
public final class ReferenceFolder {
    private static final List<String> MASK_ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff");
    private static final String MARK = "_mask";

    private final Path root;

    private ReferenceFolder(Path root) {
        this.root = root;
    }

    /** The folder named as the target in {@code root}, if there is one, else {@code root} itself. */
    public static ReferenceFolder of(Path root, String target) {
        Path own = root.resolve(target);
        return new ReferenceFolder(Files.isDirectory(own) ? own : root);
    }

    /**
     * The references of a product.
     *
     * @throws FileAccessException if a folder is missing or holds no picture, or a picture has no mask
     */
    public ReferenceFiles of(String product, Shots shots) {
        List<Path> normal =
                shots.normal() == 0 ? List.of() : pictures(root.resolve(product).resolve("normal"), "");
        List<Path> anomalous = shots.anomalous() == 0
                ? List.of()
                : pictures(root.resolve(product).resolve("abnormal"), MARK);
        return new ReferenceFiles(
                cycled(normal, shots.normal()),
                cycled(anomalous, shots.anomalous()).stream()
                        .map(image -> new Marked(image, mask(image)))
                        .toList());
    }

    /** Pictures of a folder, sorted; those whose names contain {@code without} are left out unless it is empty. */
    private static List<Path> pictures(Path folder, String without) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> pictures = files.filter(file -> Files.isRegularFile(file) && ImageReader.hasSuffix(file))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> without.isEmpty() || !stem(file).contains(without))
                    .sorted((a, b) ->
                            a.getFileName().toString().compareTo(b.getFileName().toString()))
                    .toList();
            if (pictures.isEmpty()) {
                throw new FileAccessException(folder, "no reference picture in it");
            }
            return pictures;
        } catch (IOException e) {
            throw new FileAccessException(folder, e);
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
                        new FileAccessException(image, "no mask beside it, such as " + stem(image) + "_mask.png"));
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
