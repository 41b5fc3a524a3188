package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Appends the results of a JMH run to the history. */
public final class JmhResults {
    private JmhResults() {}

    /**
     * Reads JMH's JSON.
     *
     * @param arguments commit, file of JMH's results, history file
     */
    public static void main(String[] arguments) throws IOException {
        History history = new History(Path.of(arguments[2]), arguments[0]);
        for (JsonNode result : new ObjectMapper().readTree(Path.of(arguments[1]).toFile())) {
            String name = result.path("benchmark").asText();
            String[] parts = name.split("\\.");
            List<String> parameters = new ArrayList<>();
            String backend = "cpu";
            for (Map.Entry<String, JsonNode> parameter : result.path("params").properties()) {
                if (parameter.getKey().equals("backendName")) {
                    backend = parameter.getValue().asText();
                } else {
                    parameters.add(
                            parameter.getKey() + " " + parameter.getValue().asText());
                }
            }
            if (result.path("jvmArgs").toString().contains(VectorSupport.BITS_PROPERTY + "=0")) {
                parameters.add("plain loops");
            }
            String what = parts[parts.length - 2].replace("Benchmark", "") + "." + parts[parts.length - 1]
                    + (parameters.isEmpty() ? "" : ", " + String.join(", ", parameters));
            history.append(backend, "operations", what, values(result));
        }
    }

    private static Map<String, Object> values(JsonNode result) {
        Map<String, Object> values = new LinkedHashMap<>();
        double score = result.path("primaryMetric").path("score").asDouble();
        String unit = result.path("primaryMetric").path("scoreUnit").asText();
        // Throughput counts calls a second; the rest are times.
        double milliseconds =
                switch (unit) {
                    case "ops/s" -> 1e3 / score;
                    case "us/op" -> score / 1e3;
                    case "ms/op" -> score;
                    default -> throw new IllegalArgumentException("unit " + unit);
                };
        values.put("ours_ms", History.round(milliseconds, 4));
        rate(result, "gigaFlops", "gflops", values);
        rate(result, "gigaBytes", "gbytes", values);
        return values;
    }

    private static void rate(JsonNode result, String counter, String name, Map<String, Object> values) {
        JsonNode rate = result.path("secondaryMetrics").path(counter).path("score");
        if (rate.isNumber()) {
            values.put(name, History.round(rate.asDouble(), 1));
        }
    }
}
