package dev.ideal4j.eval.metrics;

/**
 * Detection: is a picture anomalous? All NaN for a product without pictures.
 *
 * @param auroc {@link Auroc}
 * @param averagePrecision {@link AveragePrecision}
 * @param f1Max {@link F1Max}
 */
public record ImageMetrics(double auroc, double averagePrecision, double f1Max) {
    /** Computes all from image scores and labels. */
    public static ImageMetrics of(float[] scores, boolean[] anomalous) {
        return of(new SampleRanking(scores, anomalous));
    }

    /** Computes all from ranked images. */
    public static ImageMetrics of(Ranking images) {
        if (images.positives() + images.negatives() == 0) {
            return new ImageMetrics(Double.NaN, Double.NaN, Double.NaN);
        }
        return new ImageMetrics(Auroc.of(images), AveragePrecision.of(images), F1Max.of(images));
    }
}
