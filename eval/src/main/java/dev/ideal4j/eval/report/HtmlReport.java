package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

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
import j2html.tags.DomContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    private HtmlReport(Evaluation.Outcome outcome) {
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
        HtmlReport report = new HtmlReport(outcome);
        Page.write(
                file,
                report.detectorName() + " on " + report.results.settings().get("target"),
                report.lead(),
                report.navigation(),
                p(attrs(".keyhint"), kbd("j"), text(" "), kbd("k"), text(" next, previous product")),
                report.content(sections));
    }

    private List<DomContent> content(List<String> sections) {
        SummaryTables tables = new SummaryTables(results, published);
        List<DomContent> content = new ArrayList<>();
        content.add(tiles());
        List<String> caveats = Caveats.of(results);
        List<SkippedImage> skipped = results.products().stream()
                .flatMap(result -> result.skipped().stream())
                .distinct()
                .toList();
        if (!caveats.isEmpty()) {
            content.add(warning("caveats", "Before you rely on these numbers", each(caveats, caveat -> li(caveat))));
        }
        if (!skipped.isEmpty()) {
            content.add(warning(
                    "skipped",
                    Html.count(skipped.size(), "image") + " left out",
                    each(skipped, image -> li(code(image.image()), text(": " + image.reason())))));
        }
        sections.forEach(section -> content.add(rawHtml(section)));
        content.add(Html.titled("summary", "Every product", tables.metrics(), p(attrs(".note"), metricsNote())));
        content.add(Html.titled("published", "As published", p(publishedNote()), tables.published()));
        shown.forEach(detail -> content.add(new ProductSection(detail, results.seeds()).html()));
        content.add(provenance());
        return content;
    }

    private static DomContent warning(String id, String title, DomContent items) {
        return Html.titled(id, title, ul(items)).withClass("warning");
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
                + " anomalous; setting " + settings.get("setting") + "; " + seeds
                + String.join(
                        ", ", results.seeds().stream().map(String::valueOf).toList()) + ".";
    }

    private Map<String, String> navigation() {
        Map<String, String> navigation = new LinkedHashMap<>();
        navigation.put("summary", "Summary");
        for (ProductDetail detail : shown) {
            String product = detail.result().product();
            navigation.put(Html.anchor(product), product);
        }
        navigation.put("provenance", "Provenance");
        return navigation;
    }

    private DomContent tiles() {
        return section(
                        attrs(".tiles"),
                        tile("Detection: image AUROC", Measure.IMAGE_AUROC, Measure.IMAGE_AUROC),
                        tile("Detection: image AP", Measure.IMAGE_AP, Measure.IMAGE_AP),
                        tile("Localisation: pixel AUROC", Measure.PIXEL_AUROC, Measure.PUBLISHED_PIXEL_AUROC),
                        tile("Localisation: pixel AP", Measure.PIXEL_AP, null),
                        tile("Localisation: PRO 0.3", Measure.PRO30, null))
                .attr("aria-label", "Means over products");
    }

    private DomContent tile(String name, Measure measure, Measure counterpart) {
        Spread spread = Spread.ofMeans(results, measure);
        List<String> lines = new ArrayList<>();
        if (spread.count() > 1) {
            lines.add(spread.width() + " over " + Html.count(spread.count(), "seed"));
        } else if (measure == Measure.IMAGE_AUROC && spread.count() == 1) {
            Interval interval = AurocBootstrap.ofMean(
                    results.products().stream().map(ProductResult::sample).toList());
            lines.add(String.format(
                    Locale.ROOT, "95 %% interval over images %.3f to %.3f", interval.low(), interval.high()));
        }
        int all = results.products().size();
        int defined = measure.defined(results.products());
        lines.add("mean of " + (defined < all ? defined + " of " : "")
                + Html.count(all, results.seeds().size() > 1 ? "result" : "product"));
        DomContent there = counterpart != null && published.exist()
                ? each(text("published "), Html.number(published.of(PublishedNumbers.MEAN, counterpart)))
                : text("");
        return div(
                attrs(".tile"),
                span(name),
                strong(Html.number(spread.mean())),
                small(each(lines, line -> each(text(line), br())), there));
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

    private DomContent provenance() {
        Map<String, Map<String, ?>> groups = new LinkedHashMap<>();
        groups.put("Run", results.settings());
        groups.put("Detector", results.detector());
        groups.put("Backbone", results.provenance().backbone());
        groups.put("Backend", results.provenance().backend());
        groups.put("Versions", results.provenance().versions());
        groups.put("SHA-256 of weights", results.provenance().weights());
        String finished = String.format(
                Locale.ROOT,
                "Finished %s; scored %s in %.1f s.",
                results.run().finished(),
                Html.count(results.run().scored(), "image"),
                results.run().seconds());
        return Html.provenance(groups, p(attrs(".note"), finished));
    }
}
