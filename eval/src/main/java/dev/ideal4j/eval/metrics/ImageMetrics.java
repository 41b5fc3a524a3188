package dev.ideal4j.eval.metrics;

/**
 * Detection: is an image anomalous? Defined only where both good and defective images were scored: with one kind alone,
 * average precision and F1 depend on the labels, not on the scores.
 *
 * @param auroc {@link Auroc}, or NaN
 * @param averagePrecision {@link AveragePrecision}, or NaN
 * @param f1Max {@link F1Max}, or NaN
 * @param undefined why all are NaN; null if they are defined
 */
public record ImageMetrics(double auroc, double averagePrecision, double f1Max, Undefined undefined) {
    /** Computes all from image scores and labels. */
    public static ImageMetrics of(float[] scores, boolean[] anomalous) {
        return of(new SampleRanking(scores, anomalous));
    }

    /** Computes all from ranked images. */
    public static ImageMetrics of(Ranking images) {
        Undefined undefined = Undefined.ofImages(images);
        if (undefined != null) {
            return new ImageMetrics(Double.NaN, Double.NaN, Double.NaN, undefined);
        }
        return new ImageMetrics(Auroc.of(images), AveragePrecision.of(images), F1Max.of(images), null);
    }
}
