package dev.ideal4j.eval.demo;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Panel;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * An overview image: a good part and a part with each kind of defect, outlined, each above its heatmap. All heatmaps of a
 * sheet have the same scale. The parts of a sheet are generated for it and are not evaluated.
 */
public final class DemoSheet {
    private static final int TRUTH_COLOUR = 0x00FF40;
    private static final float OPACITY = 0.6f;

    /** Index of the images of sheets, higher than all others. */
    private static final int OWN = 900;

    private DemoSheet() {}

    /**
     * Draws the sheet of a part.
     *
     * @param fitted a detector fitted to that part
     * @param file the PNG file to write
     */
    public static void draw(DemoDataset dataset, String part, Scorer fitted, Path file) {
        List<DemoSample> samples = new ArrayList<>();
        samples.add(dataset.test(part, DemoDataset.GOOD, OWN));
        for (String kind : dataset.defects(part)) {
            samples.add(dataset.test(part, kind, OWN));
        }
        List<Anomaly> anomalies =
                fitted.score(samples.stream().map(DemoSample::image).toList());
        float least = (float) anomalies.stream()
                .mapToDouble(anomaly -> anomaly.map().min())
                .min()
                .orElseThrow();
        float most = (float) anomalies.stream()
                .mapToDouble(anomaly -> anomaly.map().max())
                .max()
                .orElseThrow();
        List<RgbImage> truths = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        List<RgbImage> heatmaps = new ArrayList<>();
        List<String> scores = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            DemoSample sample = samples.get(i);
            Anomaly anomaly = anomalies.get(i);
            RgbImage image = sample.image();
            truths.add(sample.isAbnormal() ? Heatmap.outline(image, sample.mask(), TRUTH_COLOUR) : image);
            kinds.add(sample.kind());
            heatmaps.add(Heatmap.overlay(image, anomaly.map(), least, most, OPACITY));
            scores.add(String.format(Locale.ROOT, "score %.3f", anomaly.score()));
        }
        ImageWriter.writePng(stack(Panel.of(truths, kinds), Panel.of(heatmaps, scores)), file);
    }

    /** One image above another of the same width. */
    private static RgbImage stack(RgbImage top, RgbImage bottom) {
        byte[] samples = Arrays.copyOf(top.samples(), top.samples().length + bottom.samples().length);
        System.arraycopy(bottom.samples(), 0, samples, top.samples().length, bottom.samples().length);
        return new RgbImage(top.width(), top.height() + bottom.height(), samples);
    }
}
