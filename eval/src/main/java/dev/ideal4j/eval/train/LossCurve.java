package dev.ideal4j.eval.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the losses of a run, each averaged over its epochs, as an image. */
final class LossCurve {
    private static final List<String> LOSSES = List.of("total", "image", "focal", "dice", "gather", "orthogonality");
    private static final List<Color> COLORS = List.of(
            new Color(0x222222),
            new Color(0x0072b2),
            new Color(0xe69f00),
            new Color(0x009e73),
            new Color(0xd55e00),
            new Color(0xcc79a7));

    private final Path file;
    private final Map<String, List<Double>> sums = new LinkedHashMap<>();
    private final List<Integer> counts = new ArrayList<>();

    /**
     * @param file the file that each {@link #draw()} replaces
     */
    LossCurve(Path file) {
        this.file = file;
        LOSSES.forEach(loss -> sums.put(loss, new ArrayList<>()));
    }

    /** Adds a line of the log. Lines of whole epochs are ignored. */
    void add(JsonNode line) {
        if (!line.has("iteration")) {
            return;
        }
        int epoch = line.path("epoch").asInt();
        while (counts.size() <= epoch) {
            counts.add(0);
            sums.values().forEach(sum -> sum.add(0.0));
        }
        counts.set(epoch, counts.get(epoch) + 1);
        sums.forEach(
                (loss, sum) -> sum.set(epoch, sum.get(epoch) + line.path(loss).asDouble()));
    }

    /** Draws the epochs so far into the file. */
    void draw() {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(540)
                .title("Training losses")
                .xAxisTitle("Epoch")
                .yAxisTitle("Mean loss")
                .build();
        XYStyler style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideE);
        style.setLocale(Locale.ROOT).setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.0##");
        double[] epochs = new double[counts.size()];
        for (int epoch = 0; epoch < epochs.length; epoch++) {
            epochs[epoch] = epoch;
        }
        for (int i = 0; i < LOSSES.size(); i++) {
            double[] means = new double[epochs.length];
            for (int epoch = 0; epoch < epochs.length; epoch++) {
                means[epoch] = sums.get(LOSSES.get(i)).get(epoch) / counts.get(epoch);
            }
            XYSeries series = chart.addSeries(LOSSES.get(i), epochs, means);
            series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(COLORS.get(i));
            series.setLineColor(COLORS.get(i)).setLineStyle(new BasicStroke(i == 0 ? 2.5f : 1.5f));
        }
        AtomicFile.write(file, out -> BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG));
    }
}
