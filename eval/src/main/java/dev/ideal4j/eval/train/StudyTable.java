package dev.ideal4j.eval.train;

import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Spread;
import dev.ideal4j.eval.train.TrainingStudy.Arm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Formats the outcome of a study as tables. Values are means over test products and draws of references. A gain is a
 * difference on the same product with the same draw, averaged over draws. Its interval is the 95 % interval of the mean over
 * products and seeds (Student's t).
 */
public final class StudyTable {
    private static final List<Measure> MEASURES = List.of(Measure.IMAGE_AUROC, Measure.PIXEL_AUROC, Measure.PRO30);

    /** The values of each arm for a product and seed, in the order of {@link #MEASURES}. */
    private record Row(long seed, String product, Map<Arm, double[]> values) {}

    private final List<Row> rows = new ArrayList<>();

    /** Adds the outcome of {@link TrainingStudy#run}. */
    public void add(Map<Arm, Evaluation.Outcome> outcomes) {
        Evaluation.Outcome any = outcomes.get(Arm.TRAINED);
        long seed = any.results().seeds().get(0);
        for (String product : Spread.products(any.results())) {
            Map<Arm, double[]> values = new LinkedHashMap<>();
            outcomes.forEach((arm, outcome) -> values.put(arm, means(outcome, product)));
            rows.add(new Row(seed, product, values));
        }
    }

    private static double[] means(Evaluation.Outcome outcome, String product) {
        List<ProductResult> draws = outcome.results().products().stream()
                .filter(result -> result.product().equals(product))
                .toList();
        return MEASURES.stream()
                .mapToDouble(measure ->
                        Spread.of(draws.stream().mapToDouble(measure::of)).mean())
                .toArray();
    }

    /** A line with the mean image AUROC of each arm for a seed. */
    public String means(long seed) {
        StringBuilder line = new StringBuilder("mean image AUROC");
        for (Arm arm : Arm.values()) {
            line.append(String.format(Locale.ROOT, ", %s %.4f", label(arm), mean(ofSeed(seed), arm, 0)));
        }
        return line.toString();
    }

    private List<Row> ofSeed(long seed) {
        return rows.stream().filter(row -> row.seed == seed).toList();
    }

    private static double mean(List<Row> rows, Arm arm, int measure) {
        return Spread.of(rows.stream().mapToDouble(row -> row.values.get(arm)[measure]))
                .mean();
    }

    private static String label(Arm arm) {
        return switch (arm) {
            case NORMAL_ONLY -> "normal only (a = 0)";
            case KNOWN_DEFECTS -> "known defects (a = 1)";
            case UNTRAINED -> "untrained (a = 1)";
            case TRAINED -> "trained (a = 1)";
        };
    }

    /** Means, gains with intervals, and the values of each product, as Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder("| | image AUROC | pixel AUROC | pixel PRO |\n|---|---|---|---|\n");
        for (Arm arm : Arm.values()) {
            text.append("| ").append(label(arm));
            for (int measure = 0; measure < MEASURES.size(); measure++) {
                text.append(String.format(Locale.ROOT, " | %.4f", mean(rows, arm, measure)));
            }
            text.append(" |\n");
        }
        for (Arm arm : List.of(Arm.NORMAL_ONLY, Arm.KNOWN_DEFECTS, Arm.UNTRAINED)) {
            text.append("| gain of training over ").append(label(arm));
            for (int measure = 0; measure < MEASURES.size(); measure++) {
                int index = measure;
                Spread gain = Spread.of(rows.stream()
                        .mapToDouble(row ->
                                row.values.get(Arm.TRAINED)[index] - row.values.get(arm)[index]));
                text.append(String.format(Locale.ROOT, " | %+.4f", gain.mean()))
                        .append(
                                gain.count() == 2
                                        ? " (" + gain.width() + ")"
                                        : gain.width().replace("±", " ± "));
            }
            text.append(" |\n");
        }
        text.append(
                "\nImage AUROC of each seed and product: normal only, known defects, untrained, trained.\n\n| product |");
        List<Long> seeds = rows.stream().map(Row::seed).distinct().toList();
        seeds.forEach(seed -> text.append(" seed ").append(seed).append(" |"));
        text.append("\n|---|").append("---|".repeat(seeds.size())).append('\n');
        for (String product : rows.stream().map(Row::product).distinct().toList()) {
            text.append("| ").append(product).append(" |");
            for (long seed : seeds) {
                ofSeed(seed).stream()
                        .filter(row -> row.product.equals(product))
                        .forEach(row -> text.append(cell(List.of(row))));
            }
            text.append('\n');
        }
        text.append("| mean |");
        for (long seed : seeds) {
            text.append(cell(ofSeed(seed)));
        }
        return text.append('\n').toString();
    }

    /** The mean image AUROC of each arm. */
    private static String cell(List<Row> rows) {
        return Stream.of(Arm.values())
                .map(arm -> String.format(Locale.ROOT, "%.3f", mean(rows, arm, 0)))
                .collect(Collectors.joining(", ", " ", " |"));
    }

    /** The means of all arms as a section of a report, in HTML. */
    public String html() {
        StringBuilder html =
                new StringBuilder("<section aria-labelledby=\"effect\"><h2 id=\"effect\">Effect of training</h2>");
        html.append("<p>These products were not used in training. References are the same in all rows.</p>");
        html.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Effect of training\"><table><thead><tr>");
        html.append("<th scope=\"col\">Encoder</th>");
        MEASURES.forEach(measure ->
                html.append("<th scope=\"col\">").append(measure.label()).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (Arm arm : Arm.values()) {
            html.append("<tr><th scope=\"row\">").append(label(arm)).append("</th>");
            for (int measure = 0; measure < MEASURES.size(); measure++) {
                html.append(String.format(Locale.ROOT, "<td>%.4f</td>", mean(rows, arm, measure)));
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table></div></section>").toString();
    }
}
