package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import dev.ideal4j.eval.evaluate.Exhibit;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.Undefined;
import j2html.tags.DomContent;
import j2html.tags.specialized.FigureTag;
import java.util.ArrayList;
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

    DomContent html() {
        return section(
                        attrs(".product"),
                        h2(result.product()).withId(anchor + "-h"),
                        facts(),
                        h3("Detection: is an image defective?"),
                        dl(
                                attrs(".figures"),
                                figure("Image AUROC", Measure.IMAGE_AUROC),
                                iff(result.imageAuroc95().exists(), interval()),
                                figure("Image AP", Measure.IMAGE_AP)),
                        undefined("Image metrics", result.image().undefined()),
                        new OperatingPoints(result).html(),
                        h3("Localisation: which pixels are defective?"),
                        dl(
                                attrs(".figures"),
                                figure("Pixel AUROC", Measure.PIXEL_AUROC),
                                figure("Pixel AP", Measure.PIXEL_AP),
                                figure("PRO 0.3", Measure.PRO30),
                                iff(result.peaks().of() > 0, peaks())),
                        undefined("Pixel metrics", result.pixel().undefined()),
                        div(attrs(".charts"), each(plots(), plot -> plot)),
                        exhibits("defective images that scored lowest", detail.misses(), result.count(true)),
                        exhibits("good images that scored highest", detail.falseAlarms(), result.count(false)),
                        ScoreList.html(result))
                .withId(anchor)
                .withTabindex(-1)
                .attr("aria-labelledby", anchor + "-h");
    }

    private DomContent interval() {
        Interval interval = result.imageAuroc95();
        return figure(
                "its 95 % interval (bootstrap over images)",
                text(String.format(Locale.ROOT, "%.3f to %.3f", interval.low(), interval.high())));
    }

    private DomContent peaks() {
        return figure(
                "highest value of the map inside the defect",
                text(result.peaks().inside() + " of "
                        + Html.count(result.peaks().of(), "image")));
    }

    private static DomContent undefined(String what, Undefined undefined) {
        return undefined == null ? text("") : p(attrs(".note"), what + " are undefined: " + undefined.reason() + ".");
    }

    private List<FigureTag> plots() {
        Charts charts = new Charts(detail);
        DomContent images = Html.key(ChartColour.IMAGE, "images");
        DomContent pixels = Html.key(ChartColour.PIXEL, "pixels");
        boolean calibrated = !Double.isNaN(result.thresholds().calibrated());
        List<FigureTag> plots = new ArrayList<>();
        plots.add(Html.plot(
                "Score histogram",
                charts.histogram(),
                Html.key(ChartColour.NORMAL, "good"),
                Html.key(ChartColour.DEFECT, "defective"),
                Html.key(
                        ChartColour.MARK, calibrated ? "threshold of the references" : "at most 5 % of good flagged")));
        boolean pixel = result.pixel().undefined() == null;
        if (pixel || result.image().undefined() == null) {
            plots.add(Html.plot("ROC", charts.roc(), images, pixels));
            plots.add(Html.plot("Precision and recall", charts.precisionRecall(), images, pixels));
        }
        if (pixel) {
            plots.add(Html.plot("Per-region overlap", charts.pro(), pixels));
        }
        return plots;
    }

    private DomContent facts() {
        String seed = seeds.size() == 1
                ? ""
                : "Seed " + result.seed() + " of "
                        + String.join(", ", seeds.stream().map(String::valueOf).toList())
                        + ": this section shows only this seed. ";
        String counts = Html.count(result.count(false), "good image") + " and "
                + Html.count(result.count(true), "defective image") + ". Scores of the good images: "
                + ScoreList.spread(result, false) + "; of the defective images: " + ScoreList.spread(result, true)
                + ". References: ";
        List<String> normal = result.normalReferences();
        List<String> abnormal = result.abnormalReferences();
        return p(
                attrs(".facts"),
                text(seed + counts),
                normal.isEmpty() ? text("no good image") : code(String.join(", ", normal)),
                iff(!abnormal.isEmpty(), each(text("; defective "), code(String.join(", ", abnormal)))),
                text("."));
    }

    private DomContent figure(String name, Measure measure) {
        return figure(name, Html.number(measure.of(result)));
    }

    private static DomContent figure(String name, DomContent value) {
        return div(dt(name), dd(value));
    }

    private DomContent exhibits(String which, List<Exhibit> exhibits, long all) {
        if (exhibits.isEmpty()) {
            return text("");
        }
        String title = exhibits.size() < all
                ? "The " + exhibits.size() + " of " + all + " " + which
                : "All " + all + " " + which.replaceFirst(" that scored (.*)", ", the $1 score first");
        return each(h3(title), div(attrs(".exhibits"), each(exhibits, this::exhibit)));
    }

    private DomContent exhibit(Exhibit exhibit) {
        ScoredImage image = exhibit.image();
        return article(
                attrs(".exhibit"),
                header(
                        flag(exhibit),
                        exhibit.peakInside() == null
                                ? text("")
                                : verdict(
                                        exhibit.peakInside() ? "peak in the defect" : "peak elsewhere",
                                        exhibit.peakInside(),
                                        "the highest value of the anomaly map"),
                        code(image.image()),
                        span(attrs(".score"), String.format(Locale.ROOT, "score %.4g", image.score()))),
                div(
                        attrs(".trio"),
                        image(image, "image", exhibit.thumbnail()),
                        exhibit.truth().length > 0
                                ? image(image, "defect outlined", exhibit.truth())
                                : div(attrs(".absent"), image.anomalous() ? "no mask" : "no defect"),
                        image(image, "anomaly map", exhibit.heatmap())));
    }

    /** Whether the image is flagged, if a threshold is defined. */
    private DomContent flag(Exhibit exhibit) {
        double threshold = OperatingPoints.verdict(result);
        if (Double.isNaN(threshold)) {
            return text("");
        }
        boolean anomalous = exhibit.image().anomalous();
        boolean flagged = exhibit.image().score() >= threshold;
        String name = anomalous ? flagged ? "flagged" : "missed" : flagged ? "false alarm" : "not flagged";
        return verdict(name, flagged == anomalous, OperatingPoints.basis(result));
    }

    private static DomContent verdict(String name, boolean good, String hint) {
        return span(attrs(good ? ".verdict.good" : ".verdict.bad"), name).withTitle(hint);
    }

    private static DomContent image(ScoredImage image, String what, byte[] jpeg) {
        String name = image.image() + ", " + what;
        return button(
                        attrs(".zoom"),
                        img().attr("decoding", "async").withAlt(name).withSrc(Html.jpeg(jpeg)),
                        span(what))
                .withType("button")
                .attr("aria-label", "Enlarge " + name);
    }
}
