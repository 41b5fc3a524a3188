package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.episodes.ReferenceFiles;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.metrics.Curves;
import dev.ideal4j.eval.metrics.DeLong;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.ScoredMaps;
import java.nio.file.Path;
import java.util.List;

/** From a product's scores and maps to its results. */
final class ProductMetrics {
    private ProductMetrics() {}

    static ProductDetail of(EvaluationPlan plan, Task task, ProductScores scores, MapFile maps) {
        List<ScoredImage> images = scores.images();
        float[] values = new float[images.size()];
        boolean[] anomalous = new boolean[images.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = images.get(i).score();
            anomalous[i] = images.get(i).anomalous();
        }
        SampleRanking ranking = new SampleRanking(values, anomalous);
        // Without a mask it is unknown which pixels are normal.
        boolean masked = task.queries().stream()
                .noneMatch(query -> query.anomalous() && query.mask().isEmpty());
        ScoredMaps known = maps.maps(masked ? scores.indices() : List.of());
        PixelMetrics.WithCurves pixel = PixelMetrics.WithCurves.of(known, plan.proThresholds());
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
                DeLong.interval(values, anomalous),
                pixel.metrics(),
                ImageThresholds.of(ranking, normalScores(images)),
                images,
                scores.skipped());
        Curves imageCurves = Curves.of(ranking);
        if (scores.seed() != plan.seeds().get(0)) {
            return new ProductDetail(result, imageCurves, pixel.curves(), List.of(), List.of());
        }
        Exhibits exhibits = new Exhibits(plan.dataset(), task, scores, maps);
        Exhibits.Scale scale = exhibits.scale();
        return new ProductDetail(
                result, imageCurves, pixel.curves(), exhibits.misses(scale), exhibits.falseAlarms(scale));
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

    /** Relative to the data set's folder where they lie in it. */
    private static List<String> names(EvaluationPlan plan, List<Path> files) {
        Path root = plan.dataset().root();
        return files.stream()
                .map(file -> file.startsWith(root) ? root.relativize(file) : file)
                .map(file -> file.toString().replace('\\', '/'))
                .toList();
    }
}
