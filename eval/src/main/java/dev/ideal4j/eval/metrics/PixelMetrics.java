package dev.ideal4j.eval.metrics;

import java.util.List;

/**
 * Metrics of localisation, that is, which pixels are anomalous. They are defined only if the masks mark some pixels, but not
 * all.
 *
 * @param auroc {@link Auroc} of all pixels, or NaN
 * @param averagePrecision {@link AveragePrecision} of all pixels, or NaN
 * @param f1Max {@link F1Max} of all pixels, or NaN
 * @param pro30 {@link ExactPro} up to a false-positive rate of 0.3, or NaN
 * @param pro05 {@link ExactPro} up to a false-positive rate of 0.05, or NaN
 * @param aupimo {@link Aupimo} of the defective images
 * @param published the values as the published code computes them
 * @param undefined the reason why all are NaN; null if they are defined
 */
public record PixelMetrics(
        double auroc,
        double averagePrecision,
        double f1Max,
        double pro30,
        double pro05,
        Aupimo.Summary aupimo,
        Published published,
        Undefined undefined) {
    /**
     * Values for comparison with published tables. A value is NaN if the published code replaces it by a convention, or if
     * its subsample or its smaller maps have no defective pixel.
     *
     * @param auroc {@link Auroc} of {@link PixelSubsample}
     * @param f1Max {@link F1Max} of {@link PixelSubsample}
     * @param pro {@link PublishedPro}
     */
    public record Published(double auroc, double f1Max, PublishedPro pro) {
        static final Published NONE = new Published(Double.NaN, Double.NaN, new PublishedPro(Double.NaN, Double.NaN));

        static Published of(ScoredMaps maps, int proThresholds) {
            SampleRanking sample = PixelSubsample.of(maps);
            boolean defined = Undefined.ofPixels(sample) == null;
            return new Published(
                    Auroc.of(sample),
                    defined ? F1Max.of(sample) : Double.NaN,
                    PublishedPro.defined(maps, proThresholds));
        }
    }

    /** Undefined metrics with their reason. */
    private static PixelMetrics none(Undefined undefined) {
        double none = Double.NaN;
        return new PixelMetrics(
                none, none, none, none, none, Aupimo.Summary.none(undefined), Published.NONE, undefined);
    }

    /** Computes the metrics, with the published number of thresholds. */
    public static PixelMetrics of(ScoredMaps maps) {
        return WithCurves.of(maps, PublishedPro.THRESHOLDS).metrics();
    }

    /**
     * The metrics and their curves.
     *
     * @param metrics the metrics
     * @param curves the curves
     */
    public record WithCurves(PixelMetrics metrics, Curves curves) {
        /** Undefined metrics with their reason, and no curves. */
        public static WithCurves none(Undefined undefined) {
            return new WithCurves(PixelMetrics.none(undefined), Curves.NONE);
        }

        /**
         * Computes the metrics and their curves. One walk over the ranked pixels gives the exact metrics and the curves.
         * Other threads compute the published values and AUPIMO at the same time.
         *
         * @param maps the maps; several threads read them at the same time
         * @param proThresholds number of thresholds of {@link PublishedPro}
         */
        public static WithCurves of(ScoredMaps maps, int proThresholds) {
            PixelRanking pixels = new PixelRanking(maps);
            Undefined undefined = Undefined.ofPixels(pixels);
            if (undefined != null) {
                return none(undefined);
            }
            Published[] published = new Published[1];
            Aupimo.Summary[] aupimo = new Aupimo.Summary[1];
            Curves.Builder curves = new Curves.Builder(pixels);
            Auroc auroc = new Auroc(pixels);
            AveragePrecision precision = new AveragePrecision(pixels);
            F1Max f1 = new F1Max(pixels);
            ExactPro pro30 = new ExactPro(pixels, 0.3);
            ExactPro pro05 = new ExactPro(pixels, 0.05);
            // These parts only read the maps, so they may run at the same time.
            List<Runnable> parts = List.of(
                    () -> published[0] = Published.of(maps, proThresholds),
                    () -> pixels.walk((score, tp, fp, overlap) -> {
                        auroc.visit(score, tp, fp, overlap);
                        precision.visit(score, tp, fp, overlap);
                        f1.visit(score, tp, fp, overlap);
                        pro30.visit(score, tp, fp, overlap);
                        pro05.visit(score, tp, fp, overlap);
                        curves.visit(score, tp, fp, overlap);
                    }),
                    () -> aupimo[0] = Aupimo.Summary.of(maps));
            parts.parallelStream().forEach(Runnable::run);
            PixelMetrics metrics = new PixelMetrics(
                    auroc.value(),
                    precision.value(),
                    f1.value(),
                    pro30.value(),
                    pro05.value(),
                    aupimo[0],
                    published[0],
                    null);
            return new WithCurves(metrics, curves.build());
        }
    }
}
