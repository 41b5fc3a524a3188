package dev.ideal4j.eval.metrics;

/**
 * Localisation: which pixels are anomalous? All NaN for a product without pictures.
 *
 * @param auroc {@link Auroc} of all pixels
 * @param averagePrecision {@link AveragePrecision} of all pixels
 * @param f1Max {@link F1Max} of all pixels
 * @param pro30 {@link ExactPro} up to a false-positive rate of 0.3
 * @param pro05 {@link ExactPro} up to a false-positive rate of 0.05
 * @param published the values as the published code computes them
 */
public record PixelMetrics(
        double auroc, double averagePrecision, double f1Max, double pro30, double pro05, Published published) {
    /**
     * Values for comparison with published tables.
     *
     * @param auroc {@link Auroc} of {@link PixelSubsample}
     * @param f1Max {@link F1Max} of {@link PixelSubsample}
     * @param pro {@link PublishedPro}
     */
    public record Published(double auroc, double f1Max, PublishedPro pro) {
        static Published of(ScoredMaps maps, int proThresholds) {
            SampleRanking sample = PixelSubsample.of(maps);
            boolean none = maps.size() == 0;
            return new Published(
                    Auroc.of(sample), none ? Double.NaN : F1Max.of(sample), PublishedPro.of(maps, proThresholds));
        }
    }

    /** Computes all, with the published number of thresholds. */
    public static PixelMetrics of(ScoredMaps maps) {
        return WithCurves.of(maps, PublishedPro.THRESHOLDS).metrics();
    }

    /**
     * The values and the curves behind them.
     *
     * @param metrics the values
     * @param curves the curves
     */
    public record WithCurves(PixelMetrics metrics, Curves curves) {
        /**
         * Computes all in one walk over the ranked pixels.
         *
         * @param proThresholds thresholds of {@link PublishedPro}
         */
        public static WithCurves of(ScoredMaps maps, int proThresholds) {
            Published published = Published.of(maps, proThresholds);
            PixelRanking pixels = new PixelRanking(maps);
            Curves.Builder curves = new Curves.Builder(pixels);
            if (maps.size() == 0) {
                double none = Double.NaN;
                return new WithCurves(new PixelMetrics(none, none, none, none, none, published), curves.build());
            }
            Auroc auroc = new Auroc(pixels);
            AveragePrecision precision = new AveragePrecision(pixels);
            F1Max f1 = new F1Max(pixels);
            ExactPro pro30 = new ExactPro(pixels, 0.3);
            ExactPro pro05 = new ExactPro(pixels, 0.05);
            pixels.walk((score, tp, fp, overlap) -> {
                auroc.visit(score, tp, fp, overlap);
                precision.visit(score, tp, fp, overlap);
                f1.visit(score, tp, fp, overlap);
                pro30.visit(score, tp, fp, overlap);
                pro05.visit(score, tp, fp, overlap);
                curves.visit(score, tp, fp, overlap);
            });
            PixelMetrics metrics = new PixelMetrics(
                    auroc.value(), precision.value(), f1.value(), pro30.value(), pro05.value(), published);
            return new WithCurves(metrics, curves.build());
        }
    }
}
