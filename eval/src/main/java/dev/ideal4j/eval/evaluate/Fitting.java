package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Task;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fits a detector to the products of a seed. A detector for one product is fitted to each product before it is scored, a
 * detector for several to all products before the first is scored. Not thread-safe.
 */
final class Fitting implements AutoCloseable {
    private final FewShotDetector detector;
    private final Dataset dataset;
    private final Double maxFalseAlarms;
    private final List<Task> tasks;
    private final Map<String, Double> thresholds = new HashMap<>();
    private final CostMeter meter;
    private final TrainingListener training;
    private Scorer all;

    Fitting(
            FewShotDetector detector,
            EvaluationPlan plan,
            List<Task> tasks,
            CostMeter meter,
            TrainingListener training) {
        this.detector = detector;
        this.dataset = plan.dataset();
        this.maxFalseAlarms = plan.rules().maxFalseAlarms();
        this.tasks = tasks;
        this.meter = meter;
        this.training = training;
    }

    /** The fitted detector for a task's queries. The caller closes it after the queries. */
    Scorer to(Task task) {
        if (!(detector instanceof MultiProductDetector multi) || !multi.isMultiProduct()) {
            References references = task.references().load();
            if (maxFalseAlarms == null) {
                return meter.fit(() -> detector.scorer(references, training));
            }
            FitOptions options =
                    FitOptions.DEFAULT.withMaxFalseAlarms(maxFalseAlarms).withListener(training);
            FittedDetector fitted = meter.fit(() -> detector.fit(references, options));
            thresholds.put(
                    task.product(),
                    fitted.rule().map(rule -> rule.image().value()).orElse(Double.NaN));
            return fitted;
        }
        if (all == null) {
            Map<String, References> products = new LinkedHashMap<>();
            tasks.forEach(any -> products.put(any.product(), any.references().load()));
            all = meter.fit(() -> multi.scorer(products));
        }
        RgbImage first = ImageReader.read(dataset.file(task.queries().get(0).image()));
        return new Borrowed(all.forImagesLike(first));
    }

    /** The score above which an image of a task is anomalous; NaN if the references do not give it, or nobody asked. */
    double threshold(Task task) {
        if (maxFalseAlarms != null && all == null && !thresholds.containsKey(task.product())) {
            to(task).close();
        }
        return thresholds.getOrDefault(task.product(), Double.NaN);
    }

    /** A scorer that {@link #close} leaves open. */
    private record Borrowed(Scorer owned) implements Scorer {
        @Override
        public Map<String, Object> config() {
            return owned.config();
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            return owned.score(images);
        }

        @Override
        public void close() {
            // The next product needs the detector too.
        }
    }

    @Override
    public void close() {
        if (all != null) {
            all.close();
        }
    }
}
