package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.AtomicFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Results as tables: as the published code prints them, and as comma-separated values. */
public final class ResultTables {
    private ResultTables() {}

    /**
     * The table of one seed as the published inference program prints it: {@link Measure#PUBLISHED}, fractions with four
     * decimals, then their means.
     */
    public static String printed(List<ProductResult> results) {
        StringBuilder table = new StringBuilder("\n");
        row(table, "Product", Measure.PUBLISHED.stream().map(Measure::label).toList());
        for (ProductResult result : results) {
            row(table, result.product(), values(measure -> measure.of(result)));
        }
        row(table, "Mean", values(measure -> measure.mean(results)));
        table.insert(table.length() - 1, ' ');
        return table.append("\n").toString();
    }

    /** The line after the table: {@code ======> Results on VisA:} and the means. */
    public static String printedMeans(String target, List<ProductResult> results) {
        return "======> Results on " + target + ":\t|| "
                + Measure.PUBLISHED.stream()
                        .map(measure -> measure.label() + ": " + number(measure.mean(results)))
                        .collect(Collectors.joining(", "));
    }

    /** The means over seeds with half their 95 % confidence intervals, in one line. */
    public static String printedSpread(Results results) {
        return "over " + results.seeds().size() + " seeds:\t|| "
                + Measure.PUBLISHED.stream()
                        .map(measure -> {
                            Spread spread = Spread.ofMeans(results, measure);
                            return measure.label() + ": " + number(spread.mean()) + " ± " + number(spread.half());
                        })
                        .collect(Collectors.joining(", "));
    }

    private static List<String> values(ToDoubleFunction<Measure> value) {
        return Measure.PUBLISHED.stream()
                .map(measure -> number(value.applyAsDouble(measure)))
                .toList();
    }

    private static void row(StringBuilder table, String name, List<String> values) {
        table.append(String.format("%-20s", name));
        values.forEach(value -> table.append(String.format(" %-10s", value)));
        table.append('\n');
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "nan" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** A line a product and seed, a column a measure; then the means of each seed. Nothing where a number is undefined. */
    static void writeResults(Results results, Path file) {
        write(file, csv -> {
            List<Object> header = new ArrayList<>(List.of("product", "seed", "images", "anomalous", "skipped"));
            Arrays.stream(Measure.values()).map(Measure::key).forEach(header::add);
            csv.printRecord(header);
            for (ProductResult result : results.products()) {
                long anomalous =
                        result.images().stream().filter(ScoredImage::anomalous).count();
                List<Object> row = new ArrayList<>(List.of(
                        result.product(),
                        result.seed(),
                        result.images().size(),
                        anomalous,
                        result.skipped().size()));
                Arrays.stream(Measure.values())
                        .map(measure -> cell(measure.of(result)))
                        .forEach(row::add);
                csv.printRecord(row);
            }
            for (long seed : results.seeds()) {
                List<Object> row = new ArrayList<>(List.of("mean", seed, "", "", ""));
                Arrays.stream(Measure.values())
                        .map(measure -> cell(measure.mean(results.ofSeed(seed))))
                        .forEach(row::add);
                csv.printRecord(row);
            }
        });
    }

    /** A line a picture. */
    static void writeScores(Results results, Path file) {
        write(file, csv -> {
            csv.printRecord("seed", "product", "image", "type", "anomalous", "score");
            for (ProductResult result : results.products()) {
                for (ScoredImage image : result.images()) {
                    csv.printRecord(
                            result.seed(),
                            result.product(),
                            image.image(),
                            image.type(),
                            image.anomalous() ? 1 : 0,
                            image.score());
                }
            }
        });
    }

    private static Object cell(double value) {
        return Double.isNaN(value) ? "" : value;
    }

    private interface Rows {
        void printTo(CSVPrinter csv) throws IOException;
    }

    private static void write(Path file, Rows rows) {
        AtomicFile.write(file, out -> {
            CSVPrinter csv = new CSVPrinter(
                    new OutputStreamWriter(out, StandardCharsets.UTF_8),
                    CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
            rows.printTo(csv);
            csv.flush();
        });
    }
}
