package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.fdsl.FdslScores;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.ReferenceFiles;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.metrics.AurocBootstrap;
import dev.ideal4j.eval.metrics.Curves;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.Undefined;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Computes a product's results from its scores and maps. */
final class ProductMetrics {
    private ProductMetrics() {}

    /**
     * The results.
     *
     * @param threshold above which an image is anomalous, from the references alone; NaN if it was not found
     */
    static ProductDetail of(EvaluationPlan plan, Task task, ProductScores scores, MapFile maps, double threshold) {
        List<ScoredImage> images = ranked(plan.rules().score(), scores, maps);
        float[] values = new float[images.size()];
        boolean[] anomalous = new boolean[images.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = images.get(i).score();
            anomalous[i] = images.get(i).anomalous();
        }
        SampleRanking ranking = new SampleRanking(values, anomalous);
        PixelMetrics.WithCurves pixel = pixel(plan, task, scores, maps);
        ProductResult result = new ProductResult(
                scores.product(),
                scores.seed(),
                names(plan, task.references().normal()),
                names(
                        plan,
                        task.references().anomalous().stream()
                                .map(ReferenceFiles.Marked::image)
                                .toList()),
                task.types(),
                ImageMetrics.of(ranking),
                AurocBootstrap.of(new AurocBootstrap.Sample(values, anomalous)),
                pixel.metrics(),
                peaks(scores, maps),
                ImageThresholds.of(ranking, normalScores(images), threshold),
                images,
                scores.skipped(),
                lostMasks(plan, task, scores, maps));
        Curves imageCurves = Curves.of(ranking);
        if (scores.seed() != plan.seeds().get(0)) {
            return new ProductDetail(result, imageCurves, pixel.curves(), List.of(), List.of());
        }
        WorstImages exhibits = new WorstImages(plan.dataset(), task, scores, maps);
        WorstImages.Scale scale = exhibits.scale();
        return new ProductDetail(
                result, imageCurves, pixel.curves(), exhibits.misses(scale), exhibits.falseAlarms(scale));
    }

    /** The images, with the scores that metrics rank by. */
    private static List<ScoredImage> ranked(DetectorMethod.ImageScore by, ProductScores scores, MapFile maps) {
        List<ScoredImage> images = scores.images();
        if (by == DetectorMethod.ImageScore.OWN || images.size() < 2) {
            return images;
        }
        double[] own = images.stream().mapToDouble(ScoredImage::score).toArray();
        double[] maxima = scores.indices().stream()
                .mapToDouble(index -> maps.map(index).max())
                .toArray();
        double[] both = FdslScores.overProduct(own, maxima);
        List<ScoredImage> ranked = new ArrayList<>();
        for (int i = 0; i < both.length; i++) {
            ScoredImage image = images.get(i);
            ranked.add(new ScoredImage(image.image(), image.type(), image.anomalous(), (float) both[i]));
        }
        return ranked;
    }

    private static PixelMetrics.WithCurves pixel(EvaluationPlan plan, Task task, ProductScores scores, MapFile maps) {
        if (!scores.images().isEmpty() && scores.images().stream().noneMatch(ScoredImage::anomalous)) {
            return PixelMetrics.WithCurves.none(Undefined.NO_DEFECTIVE_IMAGE);
        }
        // Without a mask the normal pixels of a defective image are unknown.
        boolean masked = scores.indices().stream()
                .map(task.queries()::get)
                .noneMatch(query -> query.anomalous() && query.mask().isEmpty());
        return masked
                ? PixelMetrics.WithCurves.of(maps.maps(scores.indices()), plan.proThresholds())
                : PixelMetrics.WithCurves.none(Undefined.NO_MASK);
    }

    private static Peaks peaks(ProductScores scores, MapFile maps) {
        int inside = 0;
        int of = 0;
        for (int index : scores.indices()) {
            Mask truth = maps.truth(index);
            if (!truth.isEmpty()) {
                inside += peakIsInside(maps.map(index), truth) ? 1 : 0;
                of++;
            }
        }
        return new Peaks(inside, of);
    }

    /** Whether the highest value of a map lies on a marked pixel. Of equal values the first counts. */
    static boolean peakIsInside(ScoreMap map, Mask truth) {
        int peak = 0;
        for (int i = 1; i < map.values().length; i++) {
            peak = map.values()[i] > map.values()[peak] ? i : peak;
        }
        return truth.pixels()[peak];
    }

    private static List<LostMask> lostMasks(EvaluationPlan plan, Task task, ProductScores scores, MapFile maps) {
        List<LostMask> lost = new ArrayList<>();
        for (int index : scores.indices()) {
            LabeledImage query = task.queries().get(index);
            if (query.anomalous()
                    && !query.mask().isEmpty()
                    && maps.truth(index).isEmpty()) {
                int pixels = plan.dataset().mask(query, note -> {}).marked();
                lost.add(new LostMask(query.image(), query.mask(), pixels));
            }
        }
        return lost;
    }

    private static float[] normalScores(List<ScoredImage> images) {
        List<ScoredImage> normal =
                images.stream().filter(image -> !image.anomalous()).toList();
        float[] scores = new float[normal.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = normal.get(i).score();
        }
        return scores;
    }

    /** The paths of files, relative to the data set's folder if the files lie in it. */
    private static List<String> names(EvaluationPlan plan, List<Path> files) {
        Path root = plan.dataset().root();
        return files.stream()
                .map(file -> file.startsWith(root) ? root.relativize(file) : file)
                .map(file -> file.toString().replace('\\', '/'))
                .toList();
    }
}
