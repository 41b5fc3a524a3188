package dev.ideal4j.eval.report;

import static j2html.TagCreator.*;

import dev.ideal4j.eval.evaluate.ProductResult;
import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.List;
import java.util.Locale;

/** The false alarms and misses of a product at each of its thresholds. */
record OperatingPoints(ProductResult result) {
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
    static DomContent missed(ProductResult result) {
        double threshold = verdict(result);
        long defective = result.count(true);
        return Double.isNaN(threshold)
                ? Html.number(threshold)
                : text((defective - result.flagged(true, threshold)) + " of " + defective);
    }

    DomContent html() {
        boolean calibrated = !Double.isNaN(result.thresholds().calibrated());
        return each(
                Html.scrolling(
                        "Thresholds",
                        table(
                                attrs(".points"),
                                thead(tr(Html.columns(List.of("Threshold", "Score", "False alarms", "Missed")))),
                                tbody(
                                        iff(
                                                calibrated,
                                                row(
                                                        "From the references alone",
                                                        result.thresholds().calibrated())),
                                        row(
                                                "At most 1 % of good images flagged",
                                                result.thresholds().falsePositives1()),
                                        row(
                                                "At most 5 % of good images flagged",
                                                result.thresholds().falsePositives5()),
                                        row(
                                                "99 % quantile of good images",
                                                result.thresholds().normal99()),
                                        row(
                                                "Largest F1 score",
                                                result.thresholds().f1())))),
                p(
                        attrs(".note"),
                        "An image is flagged when it scores at least the threshold. "
                                + (calibrated ? "All thresholds but the first" : "The thresholds")
                                + " are chosen on these images, so the error rates are too low."));
    }

    private TrTag row(String name, double threshold) {
        if (Double.isNaN(threshold)) {
            return tr(Html.row(name), td(span(attrs(".none"), "not defined")).attr("colspan", 3));
        }
        long good = result.count(false);
        long defective = result.count(true);
        long alarms = result.flagged(false, threshold);
        long found = result.flagged(true, threshold);
        return tr(
                Html.row(name),
                td(String.format(Locale.ROOT, "%.4g", threshold)),
                td(of(alarms, good, "good image")),
                td(
                        text(of(defective - found, defective, "defective image")),
                        iff(alarms + found == good + defective, small("flags every image")),
                        iff(alarms + found == 0, small("flags no image"))));
    }

    private static String of(long part, long all, String noun) {
        return all == 0 ? "no " + noun : part + " of " + Html.count(all, noun);
    }
}
