package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.ProductResult;
import java.util.Locale;

/** The false alarms and misses of a product at each of its thresholds. */
final class OperatingPoints {
    private final ProductResult result;

    OperatingPoints(ProductResult result) {
        this.result = result;
    }

    /** How the threshold of {@link #verdict} was chosen. */
    static String basis(ProductResult result) {
        return Double.isNaN(result.thresholds().calibrated())
                ? "at the threshold that flags at most 5 % of the good images"
                : "at the threshold that the references give";
    }

    /**
     * The threshold that decides whether an image is flagged: that of the references or, without one, that which flags at most
     * 5 % of the good images. It may be NaN.
     */
    static double verdict(ProductResult result) {
        double calibrated = result.thresholds().calibrated();
        if (!Double.isNaN(calibrated)) {
            return calibrated;
        }
        return result.image().undefined() == null ? result.thresholds().falsePositives5() : Double.NaN;
    }

    /** The misses at the threshold of {@link #verdict}, such as {@code 5 of 40}. */
    static String missed(ProductResult result) {
        double threshold = verdict(result);
        long defective = result.count(true);
        return Double.isNaN(threshold)
                ? Html.number(threshold)
                : (defective - result.flagged(true, threshold)) + " of " + defective;
    }

    String html() {
        StringBuilder html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\" ");
        html.append("aria-label=\"Thresholds\"><table class=\"points\"><thead><tr><th scope=\"col\">Threshold</th>")
                .append("<th scope=\"col\">Score</th><th scope=\"col\">False alarms</th>")
                .append("<th scope=\"col\">Missed</th></tr></thead><tbody>");
        boolean calibrated = !Double.isNaN(result.thresholds().calibrated());
        if (calibrated) {
            row(html, "From the references alone", result.thresholds().calibrated());
        }
        row(html, "At most 1 % of good images flagged", result.thresholds().falsePositives1());
        row(html, "At most 5 % of good images flagged", result.thresholds().falsePositives5());
        row(html, "99 % quantile of good images", result.thresholds().normal99());
        row(html, "Largest F1 score", result.thresholds().f1());
        return html.append("</tbody></table></div><p class=\"note\">An image is flagged when it scores at least the ")
                .append("threshold. ")
                .append(calibrated ? "All thresholds but the first" : "The thresholds")
                .append(" are chosen on these images, so the error rates are too low.</p>")
                .toString();
    }

    private void row(StringBuilder html, String name, double threshold) {
        html.append("<tr><th scope=\"row\">").append(name).append("</th>");
        if (Double.isNaN(threshold)) {
            html.append("<td colspan=\"3\"><span class=\"none\">not defined</span></td></tr>");
            return;
        }
        long good = result.count(false);
        long defective = result.count(true);
        long alarms = result.flagged(false, threshold);
        long found = result.flagged(true, threshold);
        html.append("<td>").append(String.format(Locale.ROOT, "%.4g", threshold));
        html.append("</td><td>").append(of(alarms, good, "good image")).append("</td><td>");
        html.append(of(defective - found, defective, "defective image"));
        if (alarms + found == good + defective) {
            html.append("<small>flags every image</small>");
        } else if (alarms + found == 0) {
            html.append("<small>flags no image</small>");
        }
        html.append("</td></tr>");
    }

    private static String of(long part, long all, String noun) {
        return all == 0 ? "no " + noun : part + " of " + Html.count(all, noun);
    }
}
