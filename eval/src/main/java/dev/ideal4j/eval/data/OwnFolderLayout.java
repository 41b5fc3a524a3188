package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder of one's own in the layout of MVTec AD: every folder in it that has a folder {@code test} is a product, or the
 * folder itself is one. Normal pictures lie in {@code good}, {@code ok} or {@code normal}. A product without
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
        return new FolderLayout(
                        root.getFileName().toString(),
                        products,
                        normal(root, products.get(0)),
                        "_mask",
                        pairing,
                        false,
                        false)
                .index(root);
    }

    private static String normal(Path root, String product) {
        Path test = root.resolve(product).resolve("test");
        for (String name : NORMAL) {
            if (Files.isDirectory(test.resolve(name))) {
                return name;
            }
        }
        throw new FileFormatException(
                test, "folders " + Listing.folders(test), "one of normal pictures: " + String.join(", ", NORMAL));
    }
}
