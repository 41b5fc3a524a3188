package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.Spread;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The tables of all products: the exact metrics, and the metrics of the published protocol with published numbers. */
final class SummaryTables {
    private static final List<Measure> MEASURES = List.of(
            Measure.IMAGE_AUROC,
            Measure.IMAGE_AP,
            Measure.IMAGE_F1,
            Measure.PIXEL_AUROC,
            Measure.PIXEL_AP,
            Measure.PIXEL_F1,
            Measure.PRO30,
            Measure.PRO05,
            Measure.AUPIMO);

    /** P-PRO with ties in a fixed order, and PRO with all thresholds, for comparison with the published P-PRO. */
    private static final List<Measure> BESIDE = List.of(Measure.PUBLISHED_PRO_STABLE, Measure.PRO30);

    private final Results results;
    private final PublishedNumbers published;

    SummaryTables(Results results, PublishedNumbers published) {
        this.results = results;
        this.published = published;
    }

    /** The exact metrics, computed from all pixels. */
    String metrics() {
        StringBuilder html = new StringBuilder(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Metrics of every product\"><table>"
                        + "<thead><tr><th scope=\"col\">Product</th><th scope=\"col\">Good</th>"
                        + "<th scope=\"col\">Defective</th><th scope=\"col\">Missed</th>");
        MEASURES.forEach(measure ->
                html.append("<th scope=\"col\">").append(measure.label()).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (String product : Spread.products(results)) {
            List<ProductResult> runs = results.products().stream()
                    .filter(result -> result.product().equals(product))
                    .toList();
            html.append("<tr><th scope=\"row\"><a href=\"#")
                    .append(Html.anchor(product))
                    .append("\">");
            html.append(Html.text(product)).append("</a></th>");
            html.append("<td>").append(runs.get(0).count(false)).append("</td><td>");
            html.append(runs.get(0).count(true)).append("</td><td>");
            html.append(OperatingPoints.missed(runs.get(0))).append("</td>");
            for (Measure measure : MEASURES) {
                html.append(cell(Spread.ofProduct(results, product, measure), interval(runs, measure)));
            }
            html.append("</tr>");
        }
        html.append("</tbody><tfoot><tr><th scope=\"row\">Mean</th><td></td><td></td><td></td>");
        MEASURES.forEach(measure -> html.append(cell(Spread.ofMeans(results, measure), "")));
        return html.append("</tr></tfoot></table></div>").toString();
    }

    /** The interval of an image AUROC over images, if there is one run only. */
    private static String interval(List<ProductResult> runs, Measure measure) {
        if (measure != Measure.IMAGE_AUROC
                || runs.size() > 1
                || !runs.get(0).imageAuroc95().exists()) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%.3f to %.3f",
                runs.get(0).imageAuroc95().low(),
                runs.get(0).imageAuroc95().high());
    }

    private static String cell(Spread spread, String interval) {
        String small = spread.count() < 2 ? interval : spread.width();
        String bar = Double.isNaN(spread.mean())
                ? ""
                : String.format(Locale.ROOT, " class=\"bar\" style=\"--v:%.4f\"", Math.max(0, spread.mean()));
        return "<td" + bar + ">" + Html.number(spread.mean()) + (small.isEmpty() ? "" : "<small>" + small + "</small>")
                + "</td>";
    }

    /** The metrics as the published code computes them, with published numbers and the differences if there are any. */
    String published() {
        StringBuilder html = new StringBuilder(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"As published\"><table><thead><tr>"
                        + "<th scope=\"col\" rowspan=\"2\">Product</th>");
        for (Measure measure : Measure.PUBLISHED) {
            html.append(
                    published.exist() ? "<th scope=\"colgroup\" colspan=\"3\">" : "<th scope=\"col\" rowspan=\"2\">");
            html.append(measure.label()).append("</th>");
        }
        for (Measure measure : BESIDE) {
            html.append("<th scope=\"col\" rowspan=\"2\">")
                    .append(measure.label())
                    .append("</th>");
        }
        html.append("</tr><tr>");
        if (published.exist()) {
            html.append("<th scope=\"col\">here</th><th scope=\"col\">published</th><th scope=\"col\">±</th>"
                    .repeat(Measure.PUBLISHED.size()));
        }
        html.append("</tr></thead><tbody>");
        for (String product : Spread.products(results)) {
            row(html, product, product, (name, measure) -> Spread.ofProduct(results, name, measure)
                    .mean());
        }
        html.append("</tbody><tfoot>");
        row(html, "Mean", PublishedNumbers.MEAN, (name, measure) -> Spread.ofMeans(results, measure)
                .mean());
        return html.append("</tfoot></table></div>").toString();
    }

    private void row(StringBuilder html, String label, String name, BiFunction<String, Measure, Double> values) {
        html.append("<tr><th scope=\"row\">").append(Html.text(label)).append("</th>");
        for (Measure measure : Measure.PUBLISHED) {
            double here = values.apply(name, measure);
            html.append("<td>").append(Html.number(here)).append("</td>");
            if (published.exist()) {
                double there = published.of(name, measure);
                html.append("<td class=\"quiet\">")
                        .append(Double.isNaN(there) ? "–" : Html.number(there))
                        .append("</td>");
                html.append("<td class=\"")
                        .append(here >= there ? "up" : here < there ? "down" : "none")
                        .append("\">");
                html.append(Html.difference(here - there)).append("</td>");
            }
        }
        for (Measure measure : BESIDE) {
            html.append("<td>").append(Html.number(values.apply(name, measure))).append("</td>");
        }
        html.append("</tr>");
    }
}
