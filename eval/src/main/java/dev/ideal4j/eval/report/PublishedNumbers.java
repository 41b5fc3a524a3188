package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.Measure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The published results of IDEAL with one normal and one anomalous reference, general setting, seed 17. They are from the
 * logs that come with its code (arXiv 2605.23231).
 */
final class PublishedNumbers {
    /** The name of the line of means. */
    static final String MEAN = "mean";

    private final Map<String, Double> values = new HashMap<>();
    private boolean comparable;

    private PublishedNumbers() {}

    /**
     * The published numbers to compare results with. There are none unless target, references and setting are those of the published runs.
     *
     * @param settings settings of the results
     */
    static PublishedNumbers of(Map<String, Object> settings) {
        PublishedNumbers numbers = new PublishedNumbers();
        boolean sameProtocol = "1".equals(String.valueOf(settings.get("nShot")))
                && "1".equals(String.valueOf(settings.get("aShot")))
                && "general".equals(settings.get("setting"));
        if (!sameProtocol) {
            return numbers;
        }
        try (InputStream resource = PublishedNumbers.class.getResourceAsStream("published.csv");
                BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            List<String> columns = List.of(lines.readLine().split(","));
            lines.lines().map(line -> line.split(",")).forEach(line -> {
                if (line[0].equals(settings.get("target"))) {
                    for (int c = 2; c < line.length; c++) {
                        numbers.values.put(line[1] + "/" + columns.get(c), Double.valueOf(line[c]));
                    }
                    numbers.comparable = true;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return numbers;
    }

    /** Whether there are any published numbers. */
    boolean exist() {
        return comparable;
    }

    /** The published number of a product, or NaN. */
    double of(String product, Measure measure) {
        return values.getOrDefault(product + "/" + measure.key(), Double.NaN);
    }
}
