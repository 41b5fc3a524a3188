package dev.ideal4j.eval.compare;

import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.Spread;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Formats results as a table of metrics, speed and memory, with a column for each result. */
public final class SideBySide {
    /** The measures of tables, in their order. */
    static final List<Measure> MEASURES = List.of(
            Measure.IMAGE_AUROC,
            Measure.IMAGE_AP,
            Measure.IMAGE_F1,
            Measure.PIXEL_AUROC,
            Measure.PIXEL_AP,
            Measure.PIXEL_F1,
            Measure.PRO30,
            Measure.PRO05,
            Measure.AUPIMO);

    private static final double MEGABYTE = 1e6;

    private final List<Results> results;

    /** Makes a table of results in the order of the columns. */
    public SideBySide(List<Results> results) {
        this.results = List.copyOf(results);
    }

    /** The table as text. Its columns A, B, … are the results in their order. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int[] column = {0};
        row(text, "", result -> Character.toString('A' + column[0]++));
        row(text, "detector", result -> String.valueOf(result.detector().get("method")));
        for (Measure measure : MEASURES) {
            row(
                    text,
                    measure.label(),
                    result -> metric(Spread.ofMeans(result, measure).mean()));
        }
        row(text, "fit, s", result -> cost(result, cost -> number("%.2f", cost.fitSeconds())));
        row(text, "score, images/s", result -> cost(result, cost -> number("%.2f", 1 / cost.scoreSeconds())));
        row(text, "process peak, MB", result -> cost(result, cost -> peak(cost.peakBytes())));
        return text.toString();
    }

    private static String cost(Results result, Function<Results.Cost, String> value) {
        return result.run() == null ? "–" : value.apply(result.run().cost());
    }

    private static String peak(long bytes) {
        return bytes == 0 ? "–" : number("%.0f", bytes / MEGABYTE);
    }

    private static String metric(double value) {
        return Double.isNaN(value) ? "undefined" : number("%.4f", value);
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }

    private void row(StringBuilder text, String name, Function<Results, String> value) {
        StringBuilder line = new StringBuilder(String.format("%-18s", name));
        results.forEach(result -> line.append(String.format(" %10s", value.apply(result))));
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
}
