package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.eval.metrics.AurocBootstrap;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.Undefined;
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

/** Formats results as tables in the form of the published code, and as comma-separated values. */
public final class ResultTables {
    private static final List<Measure> EXACT = List.of(Measure.PIXEL_AUROC, Measure.PIXEL_AP, Measure.PRO30);

    private ResultTables() {}

    /**
     * The table of a seed in the form of the published inference program: {@link Measure#PUBLISHED} as fractions with four
     * decimals, then the means of the defined values.
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

    /**
     * The line of the exact metrics: means of the metrics of all pixels with every score as a threshold. The published P-PRO
     * has few thresholds. Of those with the same false-positive rate, the NumPy build decides which one counts.
     */
    public static String printedExact(List<ProductResult> results) {
        return "all pixels, all thresholds:\t|| "
                + EXACT.stream()
                        .map(measure -> measure.label() + ": " + number(measure.mean(results)))
                        .collect(Collectors.joining(", "));
    }

    /** A line with the mean image AUROC of a seed and its 95 % interval over images. */
    public static String printedInterval(List<ProductResult> results) {
        List<ProductResult> defined = results.stream()
                .filter(result -> Measure.IMAGE_AUROC.undefined(result) == null)
                .toList();
        Interval interval = AurocBootstrap.ofMean(
                defined.stream().map(ProductResult::sample).toList());
        String range = interval.exists()
                ? String.format(Locale.ROOT, "%.4f to %.4f", interval.low(), interval.high())
                : "undefined";
        long good = defined.stream().mapToLong(result -> result.count(false)).sum();
        long defective =
                defined.stream().mapToLong(result -> result.count(true)).sum();
        return "95 % interval of the mean I-AUROC (bootstrap over " + good + " good and " + defective
                + " defective images):\t|| " + range;
    }

    /** A line with the false alarms and the misses of a seed at the thresholds that the references give. */
    public static String printedVerdicts(List<ProductResult> results) {
        long alarms = 0;
        long found = 0;
        long good = 0;
        long defective = 0;
        long undecided = 0;
        for (ProductResult result : results) {
            double threshold = result.thresholds().calibrated();
            if (Double.isNaN(threshold)) {
                undecided++;
                continue;
            }
            alarms += result.flagged(false, threshold);
            found += result.flagged(true, threshold);
            good += result.count(false);
            defective += result.count(true);
        }
        return "verdicts at thresholds of the references:\t|| " + alarms + " of " + good
                + " good images called anomalous, "
                + found + " of " + defective + " defective images found"
                + (undecided == 0 ? "" : "; no threshold for " + undecided + " of " + results.size() + " products");
    }

    /** A line with the means over seeds and half their 95 % confidence intervals; for two seeds, with both values. */
    public static String printedSpread(Results results) {
        return "over " + results.seeds().size() + " seeds:\t|| "
                + Measure.PUBLISHED.stream()
                        .map(measure -> {
                            Spread spread = Spread.ofMeans(results, measure);
                            return measure.label() + ": " + number(spread.mean())
                                    + (spread.count() < 2
                                            ? ""
                                            : spread.count() == 2
                                                    ? " (" + spread.width() + ")"
                                                    : " ± " + number(spread.half()));
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
        return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
    }

    /**
     * Writes a line for each product and seed with a column for each measure, then a line with the means of each seed. An
     * undefined value is an empty cell. The last two columns give the reason, for image and for pixel metrics. In the line
     * of means they give the number of products that count.
     */
    static void writeResults(Results results, Path file) {
        write(file, csv -> {
            List<Object> header = new ArrayList<>(List.of("product", "seed", "images", "anomalous", "skipped"));
            Arrays.stream(Measure.values()).map(Measure::key).forEach(header::add);
            header.addAll(List.of("undefined_image_metrics", "undefined_pixel_metrics"));
            csv.printRecord(header);
            for (ProductResult result : results.products()) {
                List<Object> row = new ArrayList<>(List.of(
                        result.product(),
                        result.seed(),
                        result.images().size(),
                        result.count(true),
                        result.skipped().size()));
                Arrays.stream(Measure.values())
                        .map(measure -> cell(measure.of(result)))
                        .forEach(row::add);
                row.add(reason(result.image().undefined()));
                row.add(reason(result.pixel().undefined()));
                csv.printRecord(row);
            }
            for (long seed : results.seeds()) {
                List<Object> row = new ArrayList<>(List.of("mean", seed, "", "", ""));
                Arrays.stream(Measure.values())
                        .map(measure -> cell(measure.mean(results.ofSeed(seed))))
                        .forEach(row::add);
                row.add(counted(results.ofSeed(seed), Measure.IMAGE_AUROC));
                row.add(counted(results.ofSeed(seed), Measure.PIXEL_AUROC));
                csv.printRecord(row);
            }
        });
    }

    /** Writes a line for each image. */
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

    private static String reason(Undefined undefined) {
        return undefined == null ? "" : undefined.reason();
    }

    private static String counted(List<ProductResult> results, Measure measure) {
        int defined = measure.defined(results);
        return defined == results.size() ? "" : defined + " of " + results.size() + " products count";
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
