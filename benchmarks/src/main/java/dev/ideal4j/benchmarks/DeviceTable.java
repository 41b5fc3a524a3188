package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measurements of {@link Devices} and of the PyTorch peer side by side: what and batch down, backends and ways of PyTorch
 * across. Of several measurements of one thing the last counts.
 */
final class DeviceTable {
    private static final List<String> RATES = List.of("gb_per_s", "tflop_per_s");

    private DeviceTable() {}

    /** The table of a file with one JSON object a line; other lines are passed over. */
    static String read(Path file) throws IOException {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("{")) {
                JsonNode found = new ObjectMapper().readTree(line);
                String column = found.has("backend")
                        ? found.get("backend").asText()
                        : "torch " + found.path("precision").asText() + " "
                                + found.path("mode").asText();
                columns.add(column);
                cells(found).forEach((row, text) -> rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                        .put(column, text));
            }
        }
        return layout(rows, new ArrayList<>(columns));
    }

    private static Map<String, String> cells(JsonNode found) {
        Map<String, String> cells = new LinkedHashMap<>();
        String what = found.path("what").asText();
        if (what.equals("ceiling")) {
            for (Map.Entry<String, JsonNode> field : found.properties()) {
                if (RATES.stream().anyMatch(field.getKey()::endsWith)) {
                    cells.put("ceiling " + field.getKey(), number(field.getValue()));
                }
            }
            return cells;
        }
        if (!found.has("median_ms") && !found.has("failed")) {
            return cells;
        }
        // The published code sends the references through the network again for each query.
        String row = (what.equals("published_query") ? "query" : what) + ", batch "
                + found.path("batch").asInt();
        cells.put(row + ", ms", found.has("failed") ? "failed" : number(found.path("median_ms")));
        if (found.has("tflop_per_s")) {
            cells.put(row + ", TFLOP/s", number(found.path("tflop_per_s")));
        }
        return cells;
    }

    private static String number(JsonNode value) {
        return String.format(Locale.ROOT, "%.4g", value.asDouble());
    }

    private static String layout(Map<String, Map<String, String>> rows, List<String> columns) {
        int first = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder(" ".repeat(first));
        columns.forEach(column -> text.append("  ").append(column));
        text.append('\n');
        rows.forEach((row, cells) -> {
            text.append(row).append(" ".repeat(first - row.length()));
            for (String column : columns) {
                String cell = cells.getOrDefault(column, "");
                text.append("  ")
                        .append(" ".repeat(Math.max(0, column.length() - cell.length())))
                        .append(cell);
            }
            text.append('\n');
        });
        return text.toString();
    }
}
