package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.core.image.labels.ImageLabels;
import dev.ideal4j.core.image.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Images with labels of an annotation tool, and without folders for good and defective ones: a COCO file, or LabelMe files
 * beside the images. An image with at least one label is defective, and its labels name the types of the defect. An image
 * with an empty list of labels is good. An image without a list is good too, unless other images have empty lists: then it is
 * left out, because nobody looked at it.
 */
final class LabelsLayout implements Layout {
    @Override
    public Indexed index(Path root) {
        String product = root.toAbsolutePath().normalize().getFileName().toString();
        IndexBuilder found = new IndexBuilder(root, product);
        List<Path> images = images(root);
        Labels labels = images.isEmpty() || !hasLabelFile(root) ? null : Labels.read(root, ReadOptions.AS_STORED);
        if (labels == null) {
            throw new FileFormatException(
                    root,
                    "no product",
                    "folders like product/test/good and product/test/defect, or good and defect, " + CsvLayout.TABLE
                            + ", a COCO file, or images with LabelMe files");
        }
        List<Path> unlabelled = new ArrayList<>();
        boolean emptyLabels = false;
        for (Path image : images) {
            Optional<ImageLabels> marked = labels.of(image);
            if (marked.isEmpty()) {
                unlabelled.add(image);
                continue;
            }
            List<String> types = marked.get().types();
            boolean anomalous = !types.isEmpty();
            emptyLabels |= !anomalous;
            String type = anomalous ? String.join("+", types) : "good";
            String mask = anomalous ? path(root, Path.of(marked.get().source())) : "";
            found.add(
                    false,
                    new LabeledImage(path(root, image), mask, product, type.isEmpty() ? "defect" : type, anomalous));
        }
        for (Path image : emptyLabels ? List.<Path>of() : unlabelled) {
            found.add(false, new LabeledImage(path(root, image), "", product, "good", false));
        }
        if (!unlabelled.isEmpty()) {
            found.note(unlabelled.size() + " images without labels "
                    + (emptyLabels ? "are left out, because other images have empty labels" : "count as good"));
        }
        return found.build();
    }

    private static String path(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> images(Path root) {
        return files(root).filter(ImageReader::hasSuffix).toList();
    }

    private static boolean hasLabelFile(Path root) {
        return files(root)
                .anyMatch(file ->
                        file.toString().endsWith(".json") || file.toString().endsWith(".txt"));
    }

    private static Stream<Path> files(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all
                    .filter(Files::isRegularFile)
                    .filter(file -> Stream.of(path(root, file).split("/")).noneMatch(Listing::isHidden))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw FileAccessException.of(root, e);
        }
    }
}
