package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.metrics.Curve;
import java.util.List;

/** The plots of a product. */
record Charts(ProductDetail detail) {
    private static final int BINS = 24;

    /** Recall over false-positive rate, of images and pixels. */
    Plot roc() {
        Plot plot = new Plot("ROC curves of images and pixels", "False-positive rate", "Recall", 0, 1, 0, 1);
        plot.line(ChartColour.GRID, new double[] {0, 1}, new double[] {0, 1});
        add(plot, detail.pixelCurves().roc(), ChartColour.PIXEL);
        return add(plot, detail.imageCurves().roc(), ChartColour.IMAGE);
    }

    /** Precision over recall, of images and pixels. */
    Plot precisionRecall() {
        Plot plot = new Plot("Precision-recall curves of images and pixels", "Recall", "Precision", 0, 1, 0, 1);
        add(plot, detail.pixelCurves().precisionRecall(), ChartColour.PIXEL);
        return add(plot, detail.imageCurves().precisionRecall(), ChartColour.IMAGE);
    }

    /** Mean region overlap over false-positive rate, up to 0.3. */
    Plot pro() {
        Plot plot = new Plot("Per-region overlap curve", "False-positive rate", "Region overlap", 0, 0.3, 0, 1);
        return add(plot, detail.pixelCurves().pro(), ChartColour.PIXEL);
    }

    /** A histogram of image scores, and the threshold of the verdicts. */
    Plot histogram() {
        List<ScoredImage> images = detail.result().images();
        double low = images.stream().mapToDouble(ScoredImage::score).min().orElse(0);
        double high = images.stream().mapToDouble(ScoredImage::score).max().orElse(1);
        high = high > low ? high : low + 1e-3;
        double[] normal = bins(images, false, low, high);
        double[] defective = bins(images, true, low, high);
        double most = 1;
        double[] edges = new double[2 * BINS + 2];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = low + (high - low) * (i / 2) / BINS;
            most = Math.max(most, Math.max(normal[i], defective[i]));
        }
        Plot plot = new Plot("Histogram of image scores", "Image score", "Images", low, high, 0, most * 1.08);
        plot.area(ChartColour.NORMAL, edges, normal).area(ChartColour.DEFECT, edges, defective);
        double threshold = OperatingPoints.verdict(detail.result());
        return Double.isNaN(threshold)
                ? plot
                : plot.line(ChartColour.MARK, new double[] {threshold, threshold}, new double[] {0, most * 1.08});
    }

    /** The outline of a histogram: two points at each edge of a bin. */
    private static double[] bins(List<ScoredImage> images, boolean anomalous, double low, double high) {
        double[] outline = new double[2 * BINS + 2];
        for (ScoredImage image : images) {
            if (image.anomalous() == anomalous) {
                int bin = (int) Math.min(BINS - 1, (image.score() - low) / (high - low) * BINS);
                outline[2 * bin + 1]++;
                outline[2 * bin + 2]++;
            }
        }
        return outline;
    }

    private static Plot add(Plot plot, Curve curve, ChartColour colour) {
        double[] x = new double[curve.x().length];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = curve.x()[i];
            y[i] = curve.y()[i];
        }
        return plot.line(colour, x, y);
    }
}
