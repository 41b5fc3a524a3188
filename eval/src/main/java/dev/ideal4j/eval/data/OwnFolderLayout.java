package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user's data set in the layout of MVTec AD. Each folder that holds a folder {@code test} is a product, or the folder of
 * the data set is the only product. Good images lie in {@code good}, {@code ok} or {@code normal}. A product without
 * {@code ground_truth} has no masks, and therefore no pixel metrics.
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

    /** Checks that a product has good images. They may all be in its training part. */
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
