package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** VisA as distributed. The table {@code split_csv/1cls.csv} lists all images in their order. */
final class VisaLayout implements Layout {
    private static final String TABLE = "split_csv/1cls.csv";
    private static final List<String> PRODUCTS = List.of(
            "candle",
            "capsules",
            "cashew",
            "chewinggum",
            "fryum",
            "macaroni1",
            "macaroni2",
            "pcb1",
            "pcb2",
            "pcb3",
            "pcb4",
            "pipe_fryum");

    @Override
    public Indexed index(Path root) {
        IndexBuilder found = new IndexBuilder(root, "VisA");
        if (!Files.isRegularFile(root.resolve(TABLE))) {
            found.missing(TABLE);
            return found.build();
        }
        List<CsvTable.Row> rows = CsvTable.rows(root.resolve(TABLE));
        if (rows.size() < 2) {
            throw new FileFormatException(
                    root.resolve(TABLE), "no image", "a line for each image after the column names");
        }
        for (String product : PRODUCTS) {
            found.product(product);
            for (CsvTable.Row row : rows.subList(1, rows.size())) {
                if (row.get(0).equals(product)) {
                    add(root, row, found);
                }
            }
        }
        return found.build();
    }

    private static void add(Path root, CsvTable.Row row, IndexBuilder found) {
        if (row.size() < 5) {
            throw new FileFormatException(root.resolve(TABLE), row.size() + " columns in line " + row.line(), "five");
        }
        boolean training = row.get(1).equals("train");
        if (!training && !row.get(1).equals("test")) {
            throw new FileFormatException(
                    root.resolve(TABLE), "split " + row.get(1) + " in line " + row.line(), "train or test");
        }
        boolean anomalous = row.get(2).equals("anomaly");
        if (!anomalous && !row.get(2).equals("normal")) {
            throw new FileFormatException(
                    root.resolve(TABLE), "label " + row.get(2) + " in line " + row.line(), "normal or anomaly");
        }
        String image = MetaJson.inside(root.resolve(TABLE), row.get(3));
        String mask = anomalous ? MetaJson.inside(root.resolve(TABLE), row.get(4)) : "";
        if (anomalous && mask.isEmpty()) {
            found.missing("mask of " + image + " in " + TABLE);
        }
        found.require(image);
        found.require(mask);
        found.add(training, new LabeledImage(image, mask, row.get(0), "", anomalous));
    }
}
