package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * A data set of one's own, listed in {@code dataset.csv}. Its first line names the columns, in any order: {@code image}
 * and {@code label} ({@code normal}, {@code good}, {@code ok} or 0, else anomalous) must be there, {@code mask},
 * {@code product} (or {@code object}), {@code type} and {@code split} ({@code train} or {@code test}, the default) may.
 * Paths are relative to the file's folder.
 */
final class CsvLayout implements Layout {
    static final String TABLE = "dataset.csv";
    private static final Set<String> NORMAL = Set.of("normal", "good", "ok", "0");

    @Override
    public Indexed index(Path root) {
        Path file = root.resolve(TABLE);
        IndexBuilder found = new IndexBuilder(root, TABLE);
        List<CSVRecord> rows = CsvTable.rows(file);
        if (rows.isEmpty()) {
            throw new FileFormatException(file, "no lines", "a line of column names, then one line a picture");
        }
        List<String> columns = new ArrayList<>();
        rows.get(0).forEach(name -> columns.add(name.toLowerCase(Locale.ROOT).replace("\uFEFF", "")));
        for (String needed : List.of("image", "label")) {
            if (!columns.contains(needed)) {
                throw new FileFormatException(file, "columns " + columns, "a column " + needed);
            }
        }
        for (CSVRecord row : rows.subList(1, rows.size())) {
            add(file, columns, row, found);
        }
        return found.build();
    }

    private static void add(Path file, List<String> columns, CSVRecord row, IndexBuilder found) {
        String image = MetaJson.inside(file, value(columns, row, "image"));
        String label = value(columns, row, "label");
        if (image.isEmpty() || label.isEmpty()) {
            throw new FileFormatException(file, "line " + row.getRecordNumber() + " without image or label", "both");
        }
        boolean anomalous = !NORMAL.contains(label.toLowerCase(Locale.ROOT));
        String mask = anomalous ? MetaJson.inside(file, value(columns, row, "mask")) : "";
        String product = value(columns, row, columns.contains("product") ? "product" : "object");
        String type = value(columns, row, "type");
        found.require(image);
        found.require(mask);
        found.add(
                value(columns, row, "split").equalsIgnoreCase("train"),
                new LabeledImage(image, mask, product.isEmpty() ? "product" : product, type, anomalous));
    }

    private static String value(List<String> columns, CSVRecord row, String column) {
        int at = columns.indexOf(column);
        return at >= 0 && at < row.size() ? row.get(at) : "";
    }
}
