package dev.ideal4j.eval.report;

import dev.ideal4j.eval.evaluate.ProductDetail;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.metrics.Curve;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a product. */
final class Charts {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 240;
    private static final int BINS = 24;

    private final ProductDetail detail;
    private final String prefix;

    Charts(ProductDetail detail, String prefix) {
        this.detail = detail;
        this.prefix = prefix;
    }

    /** Recall over false-positive rate, of images and pixels. */
    String roc() {
        XYChart chart = chart("False-positive rate", "Recall", 1, 1);
        add(chart, "chance", new double[] {0, 1}, new double[] {0, 1}, ChartColour.GRID);
        add(chart, "pixels", detail.pixelCurves().roc(), ChartColour.PIXEL);
        add(chart, "images", detail.imageCurves().roc(), ChartColour.IMAGE);
        return Svg.of(chart, "ROC curves of images and pixels", prefix + "-roc");
    }

    /** Precision over recall, of images and pixels. */
    String precisionRecall() {
        XYChart chart = chart("Recall", "Precision", 1, 1);
        add(chart, "pixels", detail.pixelCurves().precisionRecall(), ChartColour.PIXEL);
        add(chart, "images", detail.imageCurves().precisionRecall(), ChartColour.IMAGE);
        return Svg.of(chart, "Precision-recall curves of images and pixels", prefix + "-pr");
    }

    /** Mean region overlap over false-positive rate, up to 0.3. */
    String pro() {
        XYChart chart = chart("False-positive rate", "Region overlap", 0.3, 1);
        add(chart, "pixels", detail.pixelCurves().pro(), ChartColour.PIXEL);
        return Svg.of(chart, "Per-region overlap curve", prefix + "-pro");
    }

    /** A histogram of image scores, and the threshold of the verdicts. */
    String histogram() {
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
        XYChart chart = chart("Image score", "Images", 1, most * 1.08);
        chart.getStyler().setXAxisMin(low).setXAxisMax(high);
        chart.getStyler().setXAxisDecimalPattern(decimals((high - low) / 4));
        chart.getStyler().setXAxisTickMarkSpacingHint(80);
        chart.getStyler().setYAxisDecimalPattern("0");
        area(chart, "good", edges, normal, ChartColour.NORMAL);
        area(chart, "defective", edges, defective, ChartColour.DEFECT);
        double threshold = OperatingPoints.verdict(detail.result());
        if (!Double.isNaN(threshold)) {
            add(
                    chart,
                    "threshold",
                    new double[] {threshold, threshold},
                    new double[] {0, most * 1.08},
                    ChartColour.MARK);
        }
        return Svg.of(chart, "Histogram of image scores", prefix + "-hist");
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

    /** A number format that shows two digits of numbers in a range. */
    static String decimals(double range) {
        int digits = (int) Math.max(0, Math.min(6, Math.ceil(1 - Math.log10(range))));
        return digits == 0 ? "0" : "0." + "0".repeat(digits);
    }

    /** An empty chart with axes from 0 to the given ends. */
    static XYChart chart(String x, String y, double right, double top) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        XYStyler style = chart.getStyler();
        Color none = new Color(0, 0, 0, 0);
        style.setChartBackgroundColor(none).setPlotBackgroundColor(none);
        style.setLegendVisible(false).setChartTitleVisible(false).setPlotBorderVisible(false);
        style.setLocale(Locale.ROOT);
        style.setChartPadding(4);
        style.setPlotMargin(0);
        style.setPlotContentSize(0.97);
        style.setAntiAlias(true);
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setXAxisTitleColor(ChartColour.TEXT.placeholder()).setYAxisTitleColor(ChartColour.TEXT.placeholder());
        style.setXAxisTickLabelsColor(ChartColour.TEXT.placeholder())
                .setYAxisTickLabelsColor(ChartColour.TEXT.placeholder());
        style.setAxisTickMarksColor(ChartColour.GRID.placeholder());
        style.setPlotGridLinesColor(ChartColour.GRID.placeholder()).setPlotGridLinesStroke(new BasicStroke(0.7f));
        style.setXAxisMin(0.0).setXAxisMax(right).setYAxisMin(0.0).setYAxisMax(top);
        style.setXAxisMaxLabelCount(5).setYAxisTickMarkSpacingHint(40);
        style.setXAxisDecimalPattern("0.0#").setYAxisDecimalPattern("0.0#");
        return chart;
    }

    private static void add(XYChart chart, String name, Curve curve, ChartColour colour) {
        double[] x = new double[curve.x().length];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = curve.x()[i];
            y[i] = curve.y()[i];
        }
        if (x.length > 0) {
            add(chart, name, x, y, colour);
        }
    }

    /** Adds a line. */
    static void add(XYChart chart, String name, double[] x, double[] y, ChartColour colour) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour.placeholder());
        series.setLineStyle(
                new BasicStroke(colour == ChartColour.GRID ? 1f : 2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    }

    private static void area(XYChart chart, String name, double[] x, double[] y, ChartColour colour) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour.placeholder());
        series.setLineStyle(new BasicStroke(1.5f));
        Color fill = colour.placeholder();
        series.setFillColor(new Color(fill.getRed(), fill.getGreen(), fill.getBlue(), 70));
    }
}
