package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of one's own in the layout of MVTec AD: every folder in it that has a folder {@code test} is a product, or the
 * folder itself is one. Normal images lie in {@code good}, {@code ok} or {@code normal}. A product without
 * {@code ground_truth} has no masks, hence no pixel metrics.
 */
record OwnFolderLayout(MaskPairing pairing) implements Layout {
    private static final List<String> NORMAL = List.of("good", "ok", "normal");

    @Override
    public Indexed index(Path root) {
        List<String> products = Files.isDirectory(root.resolve("test"))
                ? List.of("")
                : Listing.folders(root).stream()
                        .filter(name -> Files.isDirectory(root.resolve(name).resolve("test")))
                        .toList();
        if (products.isEmpty()) {
            throw new FileFormatException(
                    root,
                    "no product",
                    "folders like product/test/good and product/test/defect, or " + CsvLayout.TABLE);
        }
        products.forEach(product -> checkNormal(root.resolve(product)));
        return new FolderLayout(root.getFileName().toString(), products, NORMAL, "_mask", pairing, false, false)
                .index(root);
    }

    /** Fails for a product without normal images; they may be in its training part alone. */
    private static void checkNormal(Path product) {
        boolean any = Stream.of("test", "train").anyMatch(phase -> NORMAL.stream()
                .anyMatch(name -> Files.isDirectory(product.resolve(phase).resolve(name))));
        if (!any) {
            Path test = product.resolve("test");
            throw new FileFormatException(
                    test, "folders " + Listing.folders(test), "one of normal images: " + String.join(", ", NORMAL));
        }
    }
}
