package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.ScoredImage;
import j2html.tags.DomContent;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The scored images of a product, the highest score first, good and defective ones together. */
final class ScoreList {
    private static final int SHOWN = 500;

    private ScoreList() {}

    static DomContent html(ProductResult result) {
        List<ScoredImage> images = result.images().stream()
                .sorted(Comparator.comparingDouble(ScoredImage::score).reversed())
                .toList();
        return details(
                summary("Scores of all " + Html.count(images.size(), "image") + ", the highest first"
                        + (images.size() > SHOWN ? " (" + SHOWN + " of them; scores.csv has all)" : "")),
                div(
                        attrs(".scroll"),
                        table(
                                attrs(".scores"),
                                thead(tr(Html.columns(List.of("Image", "Score", "Truth")))),
                                tbody(each(images.subList(0, Math.min(images.size(), SHOWN)), ScoreList::row)))));
    }

    private static DomContent row(ScoredImage image) {
        return tr(
                Html.row(code(image.image())),
                td(String.format(Locale.ROOT, "%.4g", image.score())),
                image.anomalous() ? td(attrs(".down"), "defective") : td(attrs(".up"), "good"));
    }

    /** The range and median of the scores of good or defective images: {@code 0.2 to 0.9, median 0.4}, or {@code none}. */
    static String spread(ProductResult result, boolean anomalous) {
        double[] scores = result.images().stream()
                .filter(image -> image.anomalous() == anomalous)
                .mapToDouble(ScoredImage::score)
                .sorted()
                .toArray();
        if (scores.length == 0) {
            return "none";
        }
        double median = (scores[(scores.length - 1) / 2] + scores[scores.length / 2]) / 2;
        return String.format(Locale.ROOT, "%.4g to %.4g, median %.4g", scores[0], scores[scores.length - 1], median);
    }
}
