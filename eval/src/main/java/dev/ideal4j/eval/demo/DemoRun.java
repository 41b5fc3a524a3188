package dev.ideal4j.eval.demo;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.Panel;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.ScoredMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Shows a detector on generated parts: fits it to a few pictures of each, scores new ones, and draws what it found. The
 * abnormal reference is a picture of its own, never scored.
 */
public final class DemoRun {
    private static final int TRUTH_COLOUR = 0x00FF40;
    private static final float OPACITY = 0.6f;

    /** Index of the abnormal reference among its kind's pictures: behind all that are scored. */
    private static final int REFERENCE = 900;

    private final DemoDataset dataset;
    private final Settings settings;

    /**
     * How much to make up.
     *
     * @param normals normal references, 1 or more
     * @param good good test pictures a part, 1 or more
     * @param defective test pictures of each kind of defect, 1 or more
     */
    public record Settings(int normals, int good, int defective) {}

    /**
     * What came of a part.
     *
     * @param part its name
     * @param pictures how many were scored
     * @param imageAuroc image AUROC
     * @param pixelAuroc pixel AUROC
     * @param pro per-region overlap up to a false-positive rate of 0.3
     */
    public record PartResult(String part, int pictures, double imageAuroc, double pixelAuroc, double pro) {}

    /** Hears of each scored picture. */
    @FunctionalInterface
    public interface Listener {
        /** A picture was scored. */
        void scored(String part);
    }

    /** @param dataset makes the pictures */
    public DemoRun(DemoDataset dataset, Settings settings) {
        this.dataset = dataset;
        this.settings = settings;
    }

    /** Number of pictures that a run scores. */
    public int pictures() {
        return dataset.parts().stream().mapToInt(part -> tests(part).size()).sum();
    }

    private record Test(String kind, int index) {}

    private List<Test> tests(String part) {
        List<Test> tests = new ArrayList<>();
        for (int i = 0; i < settings.good; i++) {
            tests.add(new Test(DemoDataset.GOOD, i));
        }
        for (String kind : dataset.defects(part)) {
            for (int i = 0; i < settings.defective; i++) {
                tests.add(new Test(kind, i));
            }
        }
        return tests;
    }

    private record Scored(DemoSample sample, Anomaly anomaly) {}

    /**
     * Runs a detector on one part. Writes the pictures below {@code folder/data} and {@code folder/PART.png}: each scored
     * picture of interest beside its heatmap, the defect outlined.
     */
    public PartResult run(String part, FewShotDetector detector, Path folder, Listener listener) {
        DemoFolder data = new DemoFolder(folder.resolve("data"));
        List<Scored> scored = new ArrayList<>();
        try (FittedDetector fitted = detector.fit(references(part, data))) {
            for (Test test : tests(part)) {
                DemoSample sample = dataset.test(part, test.kind, test.index);
                data.write(sample, "test");
                scored.add(new Scored(sample, fitted.score(sample.image())));
                listener.scored(part);
            }
        }
        drawSheet(scored, folder.resolve(part + ".png"));
        return result(part, scored);
    }

    private References references(String part, DemoFolder data) {
        References.Builder references = References.builder();
        for (int i = 0; i < settings.normals; i++) {
            DemoSample sample = dataset.train(part, i);
            data.write(sample, "train");
            references.normal(sample.image());
        }
        DemoSample defect = dataset.test(part, dataset.defects(part).get(0), REFERENCE);
        return references.abnormal(defect.image(), defect.mask()).build();
    }

    private static PartResult result(String part, List<Scored> scored) {
        float[] scores = new float[scored.size()];
        boolean[] abnormal = new boolean[scored.size()];
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> truths = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            Scored picture = scored.get(i);
            scores[i] = picture.anomaly.score();
            abnormal[i] = picture.sample.isAbnormal();
            ScoreMap map = picture.anomaly.map();
            maps.add(map);
            truths.add(picture.sample.mask().resize(map.width(), map.height()));
        }
        PixelMetrics pixels = PixelMetrics.of(ScoredMaps.of(maps, truths));
        return new PartResult(
                part, scores.length, ImageMetrics.of(scores, abnormal).auroc(), pixels.auroc(), pixels.pro30());
    }

    /** The first good picture and the first of each kind of defect, above their heatmaps on the part's own scale. */
    private static void drawSheet(List<Scored> scored, Path file) {
        float most = Float.NEGATIVE_INFINITY;
        float least = Float.POSITIVE_INFINITY;
        for (Scored picture : scored) {
            most = Math.max(most, picture.anomaly.map().max());
            least = Math.min(least, picture.anomaly.map().min());
        }
        List<RgbImage> truths = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        List<RgbImage> heatmaps = new ArrayList<>();
        List<String> scores = new ArrayList<>();
        for (Scored picture : scored) {
            DemoSample sample = picture.sample;
            if (sample.index() > 0) {
                continue;
            }
            RgbImage image = sample.image();
            truths.add(sample.isAbnormal() ? Heatmap.outline(image, sample.mask(), TRUTH_COLOUR) : image);
            kinds.add(sample.kind());
            heatmaps.add(Heatmap.overlay(image, picture.anomaly.map(), least, most, OPACITY));
            scores.add(String.format(Locale.ROOT, "score %.3f", picture.anomaly.score()));
        }
        ImageWriter.writePng(stack(Panel.of(truths, kinds), Panel.of(heatmaps, scores)), file);
    }

    /** One picture above another of the same width. */
    private static RgbImage stack(RgbImage top, RgbImage bottom) {
        byte[] samples = Arrays.copyOf(top.samples(), top.samples().length + bottom.samples().length);
        System.arraycopy(bottom.samples(), 0, samples, top.samples().length, bottom.samples().length);
        return new RgbImage(top.width(), top.height() + bottom.height(), samples);
    }
}
