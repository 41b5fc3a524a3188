package dev.ideal4j.eval.report;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.eval.evaluate.Caveats;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.SkippedImage;
import dev.ideal4j.eval.evaluate.Spread;
import dev.ideal4j.eval.metrics.AurocBootstrap;
import dev.ideal4j.eval.metrics.Interval;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the results of an evaluation as one HTML file. The file needs no other file and no network, and can be used on a
 * phone and by keyboard. It has a light and a dark theme.
 */
public final class HtmlReport {
    /** The name of the file in a run's output folder. */
    public static final String FILE = "report.html";

    private final Results results;
    private final List<ProductDetail> shown;
    private final PublishedNumbers published;
    private final List<String> sections;

    private HtmlReport(Evaluation.Outcome outcome, List<String> sections) {
        this.sections = sections;
        results = outcome.results();
        long first = results.seeds().get(0);
        shown = outcome.details().stream()
                .filter(detail -> detail.result().seed() == first)
                .toList();
        published = PublishedNumbers.of(results.settings());
    }

    /**
     * Writes the report. With several seeds, the section of a product shows the first seed and says so.
     *
     * @param file the file to create or replace
     */
    public static void write(Evaluation.Outcome outcome, Path file) {
        write(outcome, List.of(), file);
    }

    /**
     * Writes the report with further sections at the beginning; see {@link #write(Evaluation.Outcome, Path)}.
     *
     * @param sections HTML of the further sections, such as those of {@link TrainingSection}
     */
    public static void write(Evaluation.Outcome outcome, List<String> sections, Path file) {
        byte[] page = new HtmlReport(outcome, sections).page().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(page));
    }

    private String page() {
        String title = detectorName() + " on " + results.settings().get("target");
        StringBuilder html = new StringBuilder();
        tiles(html);
        caveats(html);
        skipped(html);
        sections.forEach(html::append);
        SummaryTables tables = new SummaryTables(results, published);
        html.append("<section aria-labelledby=\"summary\"><h2 id=\"summary\">Every product</h2>");
        html.append(tables.metrics())
                .append("<p class=\"note\">")
                .append(metricsNote())
                .append("</p></section>");
        html.append("<section aria-labelledby=\"published\"><h2 id=\"published\">As published</h2>");
        html.append("<p>")
                .append(publishedNote())
                .append("</p>")
                .append(tables.published())
                .append("</section>");
        shown.forEach(detail -> html.append(new ProductSection(detail, results.seeds()).html()));
        provenance(html);
        return Page.of(title, lead(), navigation(), html.toString());
    }

    private String detectorName() {
        String method = String.valueOf(results.detector().getOrDefault("method", "Detector"));
        return switch (method) {
            case "ideal", "nagl", "fdsl" -> method.toUpperCase(Locale.ROOT);
            case "visionad" -> "VisionAD";
            case "patchcore" -> "PatchCore";
            case "anomalydino" -> "AnomalyDINO";
            case "subspacead" -> "SubspaceAD";
            case "devnet" -> "DevNet";
            default -> method;
        };
    }

    private String lead() {
        Map<String, Object> settings = results.settings();
        List<ProductResult> first = results.ofSeed(results.seeds().get(0));
        long images = first.stream().mapToLong(result -> result.images().size()).sum();
        long defective = first.stream().mapToLong(result -> result.count(true)).sum();
        String seeds = results.seeds().size() == 1 ? "seed " : "seeds ";
        return Html.count(first.size(), "product") + ", " + Html.count(images, "test image") + " ("
                + (images - defective) + " good, " + defective
                + " defective). References of each product: " + settings.get("nShot") + " normal, "
                + settings.get("aShot")
                + " anomalous; setting " + Html.text(settings.get("setting")) + "; " + seeds
                + String.join(
                        ", ", results.seeds().stream().map(String::valueOf).toList()) + ".";
    }

    private String navigation() {
        StringBuilder html = new StringBuilder("<ol><li><a href=\"#summary\">Summary</a></li>");
        for (ProductDetail detail : shown) {
            String product = detail.result().product();
            html.append("<li><a href=\"#")
                    .append(Html.anchor(product))
                    .append("\">")
                    .append(Html.text(product));
            html.append("</a></li>");
        }
        html.append("<li><a href=\"#provenance\">Provenance</a></li></ol>");
        return html.append("<p class=\"keyhint\"><kbd>j</kbd> <kbd>k</kbd> next, previous product</p>")
                .toString();
    }

    private void tiles(StringBuilder html) {
        html.append("<section class=\"tiles\" aria-label=\"Means over products\">");
        tile(html, "Detection: image AUROC", Measure.IMAGE_AUROC, Measure.IMAGE_AUROC);
        tile(html, "Detection: image AP", Measure.IMAGE_AP, Measure.IMAGE_AP);
        tile(html, "Localisation: pixel AUROC", Measure.PIXEL_AUROC, Measure.PUBLISHED_PIXEL_AUROC);
        tile(html, "Localisation: pixel AP", Measure.PIXEL_AP, null);
        tile(html, "Localisation: PRO 0.3", Measure.PRO30, null);
        html.append("</section>");
    }

    private void tile(StringBuilder html, String name, Measure measure, Measure counterpart) {
        Spread spread = Spread.ofMeans(results, measure);
        html.append("<div class=\"tile\"><span>").append(name).append("</span><strong>");
        html.append(Html.number(spread.mean())).append("</strong><small>");
        if (spread.count() > 1) {
            html.append(spread.width()).append(" over ").append(Html.count(spread.count(), "seed"));
        } else if (measure == Measure.IMAGE_AUROC && spread.count() == 1) {
            Interval interval = AurocBootstrap.ofMean(
                    results.products().stream().map(ProductResult::sample).toList());
            html.append(String.format(
                    Locale.ROOT, "95 %% interval over images %.3f to %.3f", interval.low(), interval.high()));
        }
        int defined = measure.defined(results.products());
        html.append(spread.count() > 0 ? "<br>" : "").append("mean of ");
        html.append(defined < results.products().size() ? defined + " of " : "");
        html.append(Html.count(results.products().size(), results.seeds().size() > 1 ? "result" : "product"));
        if (counterpart != null && published.exist()) {
            html.append("<br>published ").append(Html.number(published.of(PublishedNumbers.MEAN, counterpart)));
        }
        html.append("</small></div>");
    }

    private void caveats(StringBuilder html) {
        List<String> caveats = Caveats.of(results);
        if (!caveats.isEmpty()) {
            html.append("<section class=\"warning\" aria-labelledby=\"caveats\">");
            html.append("<h2 id=\"caveats\">Before you rely on these numbers</h2><ul>");
            caveats.forEach(
                    caveat -> html.append("<li>").append(Html.text(caveat)).append("</li>"));
            html.append("</ul></section>");
        }
    }

    private void skipped(StringBuilder html) {
        List<SkippedImage> all = results.products().stream()
                .flatMap(result -> result.skipped().stream())
                .distinct()
                .toList();
        if (all.isEmpty()) {
            return;
        }
        html.append("<section class=\"warning\" aria-labelledby=\"skipped\"><h2 id=\"skipped\">");
        html.append(Html.count(all.size(), "image")).append(" left out</h2><ul>");
        all.forEach(image -> html.append("<li><code>")
                .append(Html.text(image.image()))
                .append("</code>: ")
                .append(Html.text(image.reason()))
                .append("</li>"));
        html.append("</ul></section>");
    }

    private String metricsNote() {
        String interval = results.seeds().size() > 1
                ? "Means over " + Html.count(results.seeds().size(), "seed")
                        + ". Below a mean of three or more seeds is"
                        + " half a 95 % confidence interval (Student's t), of two seeds both values. Numbers of images and"
                        + " misses are those of seed " + results.seeds().get(0) + "."
                : "Below an image AUROC is its 95 % interval (bootstrap over images).";
        return interval
                + " Missed are the defective images that are not flagged "
                + OperatingPoints.basis(results.products().get(0)) + "."
                + " Pixel metrics use all pixels. PRO uses every distinct score as a threshold, up to a false-positive rate"
                + " of 0.3 or of 0.05. Masks are resized to the anomaly maps by the nearest pixel, as published, so a defect"
                + " of a pixel or two may be lost.";
    }

    private String publishedNote() {
        String how =
                "These metrics are computed as in the published code of IDEAL: pixel AUROC of up to two million drawn"
                        + " pixels of each product, P-PRO with "
                        + results.settings().get("proThresholds")
                        + " thresholds on maps of at most 256"
                        + " pixels a side. Of thresholds with the same false-positive rate, P-PRO uses the one that NumPy 1.24 sorts"
                        + " last. With another build of NumPy, P-PRO may differ by 0.03. P-PRO stable uses the threshold with the"
                        + " largest overlap. PRO 0.3 depends on none of this, because it uses all pixels and all thresholds.";
        return published.exist()
                ? how + " Published are the numbers of IDEAL with ViT-S/14 (arXiv 2605.23231), seed 17."
                : how;
    }

    private void provenance(StringBuilder html) {
        html.append(
                "<section aria-labelledby=\"provenance\"><h2 id=\"provenance\">Provenance</h2><div class=\"scroll\" ");
        html.append("tabindex=\"0\" role=\"region\" aria-label=\"Settings\"><table class=\"plain\"><tbody>");
        Page.rows(html, "Run", results.settings());
        Page.rows(html, "Detector", results.detector());
        Page.rows(html, "Backbone", results.provenance().backbone());
        Page.rows(html, "Backend", results.provenance().backend());
        Page.rows(html, "Versions", results.provenance().versions());
        Page.rows(html, "SHA-256 of weights", results.provenance().weights());
        html.append("</tbody></table></div><p class=\"note\">Finished ")
                .append(Html.text(results.run().finished()));
        html.append(String.format(
                Locale.ROOT,
                "; scored %s in %.1f s.</p></section>",
                Html.count(results.run().scored(), "image"),
                results.run().seconds()));
    }
}
