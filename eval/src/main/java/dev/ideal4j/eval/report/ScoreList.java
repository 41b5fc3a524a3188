package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.ScoredImage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The scored images of a product, the highest score first, good and defective ones together. */
final class ScoreList {
    private static final int SHOWN = 500;

    private ScoreList() {}

    static String html(ProductResult result) {
        List<ScoredImage> images = result.images().stream()
                .sorted(Comparator.comparingDouble(ScoredImage::score).reversed())
                .toList();
        StringBuilder html = new StringBuilder("<details><summary>Scores of all ");
        html.append(Html.count(images.size(), "image")).append(", the highest first");
        if (images.size() > SHOWN) {
            html.append(" (").append(SHOWN).append(" of them; scores.csv has all)");
        }
        html.append("</summary><div class=\"scroll\"><table class=\"scores\"><thead><tr><th scope=\"col\">Image</th>");
        html.append("<th scope=\"col\">Score</th><th scope=\"col\">Truth</th></tr></thead><tbody>");
        images.stream().limit(SHOWN).forEach(image -> {
            html.append("<tr><th scope=\"row\"><code>").append(Html.text(image.image()));
            html.append("</code></th><td>").append(String.format(Locale.ROOT, "%.4g", image.score()));
            html.append("</td><td class=\"")
                    .append(image.anomalous() ? "down" : "up")
                    .append("\">");
            html.append(image.anomalous() ? "defective" : "good").append("</td></tr>");
        });
        return html.append("</tbody></table></div></details>").toString();
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
