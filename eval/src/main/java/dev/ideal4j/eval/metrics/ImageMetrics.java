package dev.ideal4j.eval.metrics;

/**
 * Metrics of detection, that is, whether an image is anomalous. They are defined only if good and defective images were
 * scored, because otherwise average precision and F1 depend only on the labels.
 *
 * @param auroc {@link Auroc}, or NaN
 * @param averagePrecision {@link AveragePrecision}, or NaN
 * @param f1Max {@link F1Max}, or NaN
 * @param undefined the reason why all are NaN; null if they are defined
 */
public record ImageMetrics(double auroc, double averagePrecision, double f1Max, Undefined undefined) {
    /** Computes the metrics from image scores and labels. */
    public static ImageMetrics of(float[] scores, boolean[] anomalous) {
        return of(new SampleRanking(scores, anomalous));
    }

    /** Computes the metrics from ranked images. */
    public static ImageMetrics of(Ranking images) {
        Undefined undefined = Undefined.ofImages(images);
        if (undefined != null) {
            return new ImageMetrics(Double.NaN, Double.NaN, Double.NaN, undefined);
        }
        return new ImageMetrics(Auroc.of(images), AveragePrecision.of(images), F1Max.of(images), null);
    }
}
