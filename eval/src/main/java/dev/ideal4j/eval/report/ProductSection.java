package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.Exhibit;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.metrics.Undefined;
import java.util.List;
import java.util.Locale;

/** The section of a product: its metrics, its curves, and the images on which the detector was worst. */
final class ProductSection {
    private final ProductDetail detail;
    private final ProductResult result;
    private final List<Long> seeds;
    private final String anchor;

    /** @param seeds seeds of all results; the section shows only the seed of its detail */
    ProductSection(ProductDetail detail, List<Long> seeds) {
        this.detail = detail;
        this.seeds = seeds;
        this.result = detail.result();
        this.anchor = Html.anchor(result.product());
    }

    String html() {
        StringBuilder html = new StringBuilder();
        html.append("<section class=\"product\" id=\"").append(anchor).append("\" tabindex=\"-1\" aria-labelledby=\"");
        html.append(anchor).append("-h\"><h2 id=\"").append(anchor).append("-h\">");
        html.append(Html.text(result.product())).append("</h2>");
        html.append("<p class=\"facts\">").append(facts()).append("</p>");
        detection(html);
        localisation(html);
        curves(html);
        exhibits(html, "defective images that scored lowest", detail.misses(), result.count(true));
        exhibits(html, "good images that scored highest", detail.falseAlarms(), result.count(false));
        return html.append(ScoreList.html(result)).append("</section>").toString();
    }

    private void detection(StringBuilder html) {
        html.append("<h3>Detection: is an image defective?</h3><dl class=\"figures\">");
        figure(html, "Image AUROC", Measure.IMAGE_AUROC);
        if (result.imageAuroc95().exists()) {
            figure(
                    html,
                    "its 95 % interval (bootstrap over images)",
                    String.format(
                            Locale.ROOT,
                            "%.3f to %.3f",
                            result.imageAuroc95().low(),
                            result.imageAuroc95().high()));
        }
        figure(html, "Image AP", Measure.IMAGE_AP);
        html.append("</dl>");
        undefined(html, "Image metrics", result.image().undefined());
        html.append(new OperatingPoints(result).html());
    }

    private void localisation(StringBuilder html) {
        html.append("<h3>Localisation: which pixels are defective?</h3><dl class=\"figures\">");
        figure(html, "Pixel AUROC", Measure.PIXEL_AUROC);
        figure(html, "Pixel AP", Measure.PIXEL_AP);
        figure(html, "PRO 0.3", Measure.PRO30);
        if (result.peaks().of() > 0) {
            figure(
                    html,
                    "highest value of the map inside the defect",
                    result.peaks().inside() + " of " + Html.count(result.peaks().of(), "image"));
        }
        html.append("</dl>");
        undefined(html, "Pixel metrics", result.pixel().undefined());
    }

    private static void undefined(StringBuilder html, String what, Undefined undefined) {
        if (undefined != null) {
            html.append("<p class=\"note\">").append(what).append(" are undefined: ");
            html.append(undefined.reason()).append(".</p>");
        }
    }

    private void curves(StringBuilder html) {
        Charts charts = new Charts(detail, anchor);
        String both = "<span class=\"key image\">images</span> <span class=\"key pixel\">pixels</span>";
        html.append("<div class=\"charts\">");
        chart(
                html,
                "Score histogram",
                charts.histogram(),
                "<span class=\"key normal\">good</span> <span class=\"key defect\">defective</span>"
                        + " <span class=\"key mark\">"
                        + (Double.isNaN(result.thresholds().calibrated())
                                ? "at most 5 % of good flagged"
                                : "threshold of the references")
                        + "</span>");
        boolean pixels = result.pixel().undefined() == null;
        if (pixels || result.image().undefined() == null) {
            chart(html, "ROC", charts.roc(), both);
            chart(html, "Precision and recall", charts.precisionRecall(), both);
        }
        if (pixels) {
            chart(html, "Per-region overlap", charts.pro(), "<span class=\"key pixel\">pixels</span>");
        }
        html.append("</div>");
    }

    private String facts() {
        StringBuilder facts = new StringBuilder();
        if (seeds.size() > 1) {
            facts.append("Seed ").append(result.seed()).append(" of ");
            facts.append(String.join(", ", seeds.stream().map(String::valueOf).toList()));
            facts.append(": this section shows only this seed. ");
        }
        facts.append(Html.count(result.count(false), "good image")).append(" and ");
        facts.append(Html.count(result.count(true), "defective image")).append(". Scores of the good images: ");
        facts.append(ScoreList.spread(result, false)).append("; of the defective images: ");
        facts.append(ScoreList.spread(result, true)).append(". References: ");
        facts.append(files(result.normalReferences()));
        if (!result.abnormalReferences().isEmpty()) {
            facts.append("; defective ").append(files(result.abnormalReferences()));
        }
        return facts.append(".").toString();
    }

    private static String files(List<String> files) {
        return files.isEmpty() ? "no good image" : "<code>" + Html.text(String.join(", ", files)) + "</code>";
    }

    private void figure(StringBuilder html, String name, Measure measure) {
        figure(html, name, Html.number(measure.of(result)));
    }

    private static void figure(StringBuilder html, String name, String value) {
        html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
    }

    private static void chart(StringBuilder html, String title, String svg, String key) {
        html.append("<figure><figcaption><b>")
                .append(title)
                .append("</b><span class=\"keys\">")
                .append(key);
        html.append("</span></figcaption>").append(svg).append("</figure>");
    }

    private void exhibits(StringBuilder html, String title, List<Exhibit> exhibits, long all) {
        if (exhibits.isEmpty()) {
            return;
        }
        html.append("<h3>")
                .append(exhibits.size() < all ? "The " + exhibits.size() + " of " + all + " " : "All " + all + " ")
                .append(
                        exhibits.size() < all
                                ? title
                                : title.replaceFirst(" that scored (.*)", ", the $1 score first"));
        html.append("</h3><div class=\"exhibits\">");
        for (Exhibit exhibit : exhibits) {
            ScoredImage image = exhibit.image();
            html.append("<article class=\"exhibit\"><header>");
            verdicts(html, exhibit);
            html.append("<code>").append(Html.text(image.image()));
            html.append("</code> <span class=\"score\">score ");
            html.append(String.format(Locale.ROOT, "%.4g", image.score()))
                    .append("</span></header><div class=\"trio\">");
            image(html, image, "image", exhibit.thumbnail());
            if (exhibit.truth().length > 0) {
                image(html, image, "defect outlined", exhibit.truth());
            } else {
                html.append("<div class=\"absent\">")
                        .append(image.anomalous() ? "no mask" : "no defect")
                        .append("</div>");
            }
            image(html, image, "anomaly map", exhibit.heatmap());
            html.append("</div></article>");
        }
        html.append("</div>");
    }

    /** Whether the image is flagged, if a threshold is defined, and whether the peak of its map lies in the defect. */
    private void verdicts(StringBuilder html, Exhibit exhibit) {
        double threshold = OperatingPoints.verdict(result);
        boolean anomalous = exhibit.image().anomalous();
        if (!Double.isNaN(threshold)) {
            boolean flagged = exhibit.image().score() >= threshold;
            String name = anomalous ? flagged ? "flagged" : "missed" : flagged ? "false alarm" : "not flagged";
            verdict(html, name, flagged == anomalous, OperatingPoints.basis(result));
        }
        if (exhibit.peakInside() != null) {
            verdict(
                    html,
                    exhibit.peakInside() ? "peak in the defect" : "peak elsewhere",
                    exhibit.peakInside(),
                    "the highest value of the anomaly map");
        }
    }

    private static void verdict(StringBuilder html, String name, boolean good, String hint) {
        html.append("<span class=\"verdict ").append(good ? "good" : "bad").append("\" title=\"");
        html.append(hint).append("\">").append(name).append("</span> ");
    }

    private static void image(StringBuilder html, ScoredImage image, String what, byte[] jpeg) {
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
