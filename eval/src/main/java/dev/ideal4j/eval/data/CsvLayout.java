package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A user's data set, listed in {@code dataset.csv}. The first line names the columns, in any order. {@code image} and
 * {@code label} are required. {@code mask}, {@code product} (or {@code object}), {@code type} and {@code split}
 * ({@code train} or {@code test}, the default) are optional. Other columns are ignored. A label is one of {@link #NORMAL}
 * or {@link #DEFECTIVE}, in upper or lower case. Paths are relative to the file's folder. Each image of a product is listed
 * once.
 */
final class CsvLayout implements Layout {
    static final String TABLE = "dataset.csv";
    private static final Set<String> NORMAL = Set.of("good", "normal", "ok", "0");
    private static final Set<String> DEFECTIVE =
            Set.of("defective", "defect", "anomalous", "anomaly", "abnormal", "bad", "ng", "1");

    private Map<String, Long> lines;
    private Path file;
    private List<String> columns;
    private IndexBuilder found;

    @Override
    public Indexed index(Path root) {
        file = root.resolve(TABLE);
        lines = new HashMap<>();
        found = new IndexBuilder(root, TABLE);
        List<CsvTable.Row> rows = CsvTable.rows(file);
        if (rows.isEmpty()) {
            throw new FileFormatException(file, "no lines", "a line of column names, then a line for each image");
        }
        columns = new ArrayList<>();
        rows.get(0).cells().forEach(name -> columns.add(name.toLowerCase(Locale.ROOT)));
        for (String needed : List.of("image", "label")) {
            if (!columns.contains(needed)) {
                throw new FileFormatException(file, "columns " + columns, "a column " + needed);
            }
        }
        for (String name : columns) {
            if (columns.indexOf(name) != columns.lastIndexOf(name)) {
                throw new FileFormatException(file, "two columns " + name, "each column once");
            }
        }
        if (rows.size() == 1) {
            throw new FileFormatException(file, "a line of column names alone", "a line for each image after it");
        }
        rows.subList(1, rows.size()).forEach(this::add);
        return found.build();
    }

    private void add(CsvTable.Row row) {
        String line = "line " + row.line();
        if (row.size() > columns.size()) {
            throw new FileFormatException(
                    file,
                    line + " with " + row.size() + " columns",
                    columns.size() + " as in the first line; a value with a comma in it needs quotes");
        }
        String image = MetaJson.inside(file, value(row, "image"));
        String label = value(row, "label");
        if (image.isEmpty() || label.isEmpty()) {
            throw new FileFormatException(file, line + " without image or label", "both");
        }
        boolean anomalous = isAnomalous(line, label);
        String mask = anomalous ? MetaJson.inside(file, value(row, "mask")) : "";
        String product = value(row, columns.contains("product") ? "product" : "object");
        product = product.isEmpty() ? "product" : product;
        Long before = lines.putIfAbsent(product + "\n" + Path.of(image).normalize(), row.line());
        if (before != null) {
            throw new FileFormatException(
                    file, image + " in line " + before + " and again in " + line, "each image of a product once");
        }
        found.require(image);
        found.require(mask);
        found.add(isTraining(line, row), new LabeledImage(image, mask, product, value(row, "type"), anomalous));
    }

    private boolean isAnomalous(String line, String label) {
        String plain = label.toLowerCase(Locale.ROOT);
        if (!NORMAL.contains(plain) && !DEFECTIVE.contains(plain)) {
            throw new FileFormatException(
                    file,
                    "label " + label + " in " + line,
                    String.join(", ", new TreeSet<>(NORMAL)) + "; or "
                            + String.join(", ", new TreeSet<>(DEFECTIVE))
                            + " (the kind of defect goes into the column type)");
        }
        return DEFECTIVE.contains(plain);
    }

    private boolean isTraining(String line, CsvTable.Row row) {
        String split = value(row, "split").toLowerCase(Locale.ROOT);
        if (!List.of("", "train", "test").contains(split)) {
            throw new FileFormatException(file, "split " + split + " in " + line, "train or test");
        }
        return split.equals("train");
    }

    private String value(CsvTable.Row row, String column) {
        int at = columns.indexOf(column);
        return at >= 0 && at < row.size() ? row.get(at) : "";
    }
}
