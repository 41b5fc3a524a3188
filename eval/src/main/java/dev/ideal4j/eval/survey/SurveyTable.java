package dev.ideal4j.eval.survey;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Spread;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The results of a survey as Markdown and as comma-separated values. */
public final class SurveyTable {
    private static final List<Measure> MEASURES =
            List.of(Measure.IMAGE_AUROC, Measure.IMAGE_AP, Measure.PIXEL_AUROC, Measure.PRO30, Measure.AUPIMO);

    private SurveyTable() {}

    /** A combination in a line. */
    static String line(Survey.Row row) {
        return String.join(" ", row.target(), row.backbone(), row.framing(), row.method())
                + ", n = " + row.shots().normal() + ", a = " + row.shots().anomalous() + ": I-AUROC "
                + cell(Spread.ofMeans(row.results(), Measure.IMAGE_AUROC));
    }

    /**
     * A table for each data set and backbone. Values are means over the seeds with half of their 95 % interval; for two seeds
     * with both values.
     */
    public static String markdown(List<Survey.Row> rows) {
        StringBuilder text = new StringBuilder();
        List<String> places = rows.stream().map(SurveyTable::place).distinct().toList();
        boolean framings = rows.stream().map(Survey.Row::framing).distinct().count() > 1;
        for (String place : places) {
            List<Survey.Row> here =
                    rows.stream().filter(row -> place(row).equals(place)).toList();
            text.append("### ").append(place).append("\n\n| method | n | a |");
            MEASURES.forEach(measure -> text.append(' ').append(measure.label()).append(" |"));
            text.append(" peak in defect | fit, s | score, ms |\n|---|---|---|");
            text.append("---|".repeat(MEASURES.size() + 3)).append('\n');
            for (Survey.Row row : here) {
                text.append("| ")
                        .append(row.method())
                        .append(framings ? ", " + row.framing() : "")
                        .append(" | ")
                        .append(row.shots().normal())
                        .append(" | ")
                        .append(row.shots().anomalous())
                        .append(" |");
                MEASURES.forEach(measure -> text.append(' ')
                        .append(cell(Spread.ofMeans(row.results(), measure)))
                        .append(" |"));
                text.append(' ').append(peaks(row)).append(" | ");
                text.append(String.format(
                        Locale.ROOT,
                        "%.2f | %.0f |%n",
                        row.cost().fitSeconds(),
                        1000 * row.cost().scoreSeconds()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String place(Survey.Row row) {
        return row.target() + ", " + row.backbone();
    }

    private static String cell(Spread spread) {
        if (spread.count() == 0) {
            return "–";
        }
        String width = spread.count() < 2
                ? ""
                : spread.count() == 2
                        ? String.format(Locale.ROOT, " (%.2f, %.2f)", spread.low(), spread.high())
                        : String.format(Locale.ROOT, " ±%.2f", spread.half());
        return String.format(Locale.ROOT, "%.2f", spread.mean()) + width;
    }

    /** The share of marked images whose highest map value lies on the defect. */
    private static String peaks(Survey.Row row) {
        int of = 0;
        int inside = 0;
        for (ProductResult result : row.results().products()) {
            of += result.peaks().of();
            inside += result.peaks().inside();
        }
        return of == 0 ? "–" : String.format(Locale.ROOT, "%.2f", (double) inside / of);
    }

    /** Writes a line for each combination, seed and product, with all measures. */
    public static void writeCsv(List<Survey.Row> rows, Path file) {
        AtomicFile.write(file, out -> {
            CSVPrinter csv = new CSVPrinter(
                    new OutputStreamWriter(out, StandardCharsets.UTF_8),
                    CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
            List<Object> header = new ArrayList<>(
                    List.of("target", "backbone", "framing", "method", "n", "a", "seed", "product", "peaks_inside"));
            header.addAll(List.of("peaks_of", "fit_s", "score_s"));
            for (Measure measure : Measure.values()) {
                header.add(measure.key());
            }
            csv.printRecord(header);
            for (Survey.Row row : rows) {
                for (ProductResult result : row.results().products()) {
                    List<Object> line = new ArrayList<>(List.of(
                            row.target(),
                            row.backbone(),
                            row.framing(),
                            row.method(),
                            row.shots().normal(),
                            row.shots().anomalous(),
                            result.seed(),
                            result.product(),
                            result.peaks().inside(),
                            result.peaks().of()));
                    line.add(row.cost().fitSeconds());
                    line.add(row.cost().scoreSeconds());
                    for (Measure measure : Measure.values()) {
                        double value = measure.of(result);
                        line.add(Double.isNaN(value) ? "" : value);
                    }
                    csv.printRecord(line);
                }
            }
            csv.flush();
        });
    }
}
