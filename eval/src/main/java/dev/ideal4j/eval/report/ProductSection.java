package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.Exhibit;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.ScoredImage;
import java.util.List;
import java.util.Locale;

/** The section of a product: its numbers, curves, and the pictures that went worst. */
final class ProductSection {
    private final ProductDetail detail;
    private final ProductResult result;
    private final String anchor;

    ProductSection(ProductDetail detail) {
        this.detail = detail;
        this.result = detail.result();
        this.anchor = Html.anchor(result.product());
    }

    String html() {
        StringBuilder html = new StringBuilder();
        html.append("<section class=\"product\" id=\"").append(anchor).append("\" tabindex=\"-1\" aria-labelledby=\"");
        html.append(anchor).append("-h\"><h2 id=\"").append(anchor).append("-h\">");
        html.append(Html.text(result.product())).append("</h2>");
        html.append("<p class=\"facts\">").append(facts()).append("</p>");
        html.append("<dl class=\"figures\">");
        figure(html, "Image AUROC", Measure.IMAGE_AUROC);
        figure(html, "Image AP", Measure.IMAGE_AP);
        figure(html, "Pixel AUROC", Measure.PIXEL_AUROC);
        figure(html, "Pixel AP", Measure.PIXEL_AP);
        figure(html, "PRO 0.3", Measure.PRO30);
        html.append("</dl>");
        Charts charts = new Charts(detail, anchor);
        String both = "<span class=\"key image\">pictures</span> <span class=\"key pixel\">pixels</span>";
        html.append("<div class=\"charts\">");
        chart(
                html,
                "Score histogram",
                charts.histogram(),
                "<span class=\"key normal\">good</span> "
                        + "<span class=\"key defect\">defective</span> <span class=\"key mark\">best F1</span>");
        chart(html, "ROC", charts.roc(), both);
        chart(html, "Precision and recall", charts.precisionRecall(), both);
        chart(html, "Per-region overlap", charts.pro(), "<span class=\"key pixel\">pixels</span>");
        html.append("</div>");
        exhibits(html, "Defects that scored lowest", detail.misses(), true);
        exhibits(html, "Good parts that scored highest", detail.falseAlarms(), false);
        return html.append("</section>").toString();
    }

    private String facts() {
        long defective = result.images().stream().filter(ScoredImage::anomalous).count();
        long missed = detail.result().images().stream()
                .filter(image -> image.anomalous() && isMissed(image))
                .count();
        long alarms = detail.result().images().stream()
                .filter(image -> !image.anomalous() && !isMissed(image))
                .count();
        StringBuilder facts = new StringBuilder();
        facts.append(Html.count(result.images().size(), "picture"))
                .append(", ")
                .append(defective)
                .append(" defective. ");
        if (!Double.isNaN(result.thresholds().f1())) {
            facts.append(String.format(
                    Locale.ROOT,
                    "At the threshold of the largest F1 score, %.4g: %d missed, %s. ",
                    result.thresholds().f1(),
                    missed,
                    Html.count(alarms, "false alarm")));
        }
        facts.append("References: ").append(files(result.normalReferences()));
        if (!result.abnormalReferences().isEmpty()) {
            facts.append("; defective ").append(files(result.abnormalReferences()));
        }
        return facts.append(".").toString();
    }

    private static String files(List<String> files) {
        return files.isEmpty() ? "no normal one" : "<code>" + Html.text(String.join(", ", files)) + "</code>";
    }

    private boolean isMissed(ScoredImage image) {
        return image.score() < result.thresholds().f1();
    }

    private void figure(StringBuilder html, String name, Measure measure) {
        html.append("<div><dt>").append(name).append("</dt><dd>");
        html.append(Html.number(measure.of(result))).append("</dd></div>");
    }

    private static void chart(StringBuilder html, String title, String svg, String key) {
        html.append("<figure><figcaption><b>")
                .append(title)
                .append("</b><span class=\"keys\">")
                .append(key);
        html.append("</span></figcaption>").append(svg).append("</figure>");
    }

    private void exhibits(StringBuilder html, String title, List<Exhibit> exhibits, boolean defects) {
        if (exhibits.isEmpty()) {
            return;
        }
        html.append("<h3>").append(title).append("</h3><div class=\"exhibits\">");
        for (Exhibit exhibit : exhibits) {
            ScoredImage image = exhibit.image();
            boolean wrong = image.anomalous() == isMissed(image);
            String verdict = defects ? wrong ? "missed" : "found" : wrong ? "false alarm" : "passed";
            html.append("<article class=\"exhibit\"><header><span class=\"verdict ")
                    .append(wrong ? "bad" : "good");
            html.append("\">").append(verdict).append("</span> <code>").append(Html.text(image.image()));
            html.append("</code> <span class=\"score\">score ");
            html.append(String.format(Locale.ROOT, "%.4g", image.score()))
                    .append("</span></header><div class=\"trio\">");
            picture(html, image, "picture", exhibit.picture());
            if (exhibit.truth().length > 0) {
                picture(html, image, "defect outlined", exhibit.truth());
            } else {
                html.append("<div class=\"absent\">")
                        .append(defects ? "no mask" : "no defect")
                        .append("</div>");
            }
            picture(html, image, "anomaly map", exhibit.heatmap());
            html.append("</div></article>");
        }
        html.append("</div>");
    }

    private static void picture(StringBuilder html, ScoredImage image, String what, byte[] jpeg) {
        String name = Html.text(image.image() + ", " + what);
        html.append("<button type=\"button\" class=\"zoom\" aria-label=\"Enlarge ")
                .append(name);
        html.append("\"><img decoding=\"async\" alt=\"")
                .append(name)
                .append("\" src=\"")
                .append(Html.jpeg(jpeg));
        html.append("\"><span>").append(what).append("</span></button>");
    }
}
