package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user's data set in folders. Each folder that holds a folder {@code test}, or a folder of good images, is a product; or the
 * folder of the data set is the only product. Good images lie in {@code good}, {@code ok} or {@code normal}. A product without
 * {@code ground_truth} and without labels beside its images has no masks, and therefore no pixel metrics. A folder without
 * any of these may have labels of annotation tools: {@link LabelsLayout}.
 */
record OwnFolderLayout(MaskPairing pairing) implements Layout {
    private static final List<String> NORMAL = List.of("good", "ok", "normal");

    @Override
    public Indexed index(Path root) {
        List<String> products = isProduct(root)
                ? List.of("")
                : Listing.folders(root).stream()
                        .filter(name -> isProduct(root.resolve(name)))
                        .toList();
        if (products.isEmpty()) {
            return new LabelsLayout().index(root);
        }
        products.forEach(product -> checkNormal(root.resolve(product)));
        return new FolderLayout(root.getFileName().toString(), products, NORMAL, "_mask", pairing, false, false)
                .index(root);
    }

    private static boolean isProduct(Path folder) {
        return Files.isDirectory(folder.resolve("test")) || hasNormal(folder);
    }

    private static boolean hasNormal(Path folder) {
        return NORMAL.stream().anyMatch(name -> Files.isDirectory(folder.resolve(name)));
    }

    /** Checks that a product has good images. They may all be in its training part. */
    private static void checkNormal(Path product) {
        Path test = product.resolve("test");
        boolean phased = Files.isDirectory(test);
        if (phased && !hasNormal(test) && !hasNormal(product.resolve("train"))) {
            throw new FileFormatException(
                    test, "folders " + Listing.folders(test), "one of normal images: " + String.join(", ", NORMAL));
        }
    }
}
