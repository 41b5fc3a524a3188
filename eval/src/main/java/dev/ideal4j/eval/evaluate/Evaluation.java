package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Task;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an {@link EvaluationPlan}. The scores of a batch are on disk before the batch after the next begins, and the results
 * of a product when it is done. The same evaluation, started again in the same folder, continues from there. Its results are the
 * same as those of a run that was not interrupted.
 */
public final class Evaluation {
    private final EvaluationPlan plan;
    private final FewShotDetector detector;
    private final Provenance provenance;
    private final EvaluationListener listener;
    private final CostMeter meter = new CostMeter();
    private long scored;

    /**
     * Makes an evaluation; {@link #run} runs it.
     *
     * @param detector the detector; it is not closed
     * @param provenance is recorded with the results
     */
    public Evaluation(
            EvaluationPlan plan, FewShotDetector detector, Provenance provenance, EvaluationListener listener) {
        this.plan = plan;
        this.detector = detector;
        this.provenance = provenance;
        this.listener = listener;
    }

    /**
     * The outcome of an evaluation.
     *
     * @param results the results as written to {@code results.json}
     * @param details the results with curves and images, in the order of the results' products
     */
    public record Outcome(Results results, List<ProductDetail> details) {}

    /**
     * Runs the evaluation to the end and writes {@code results.json}, {@code results.csv} and {@code scores.csv}.
     *
     * @param out folder for results; it is created if it is missing. An interrupted run in it is continued
     * @throws dev.ideal4j.core.Ideal4jException if an image cannot be read and the plan does not say to keep going, or a
     *     reference cannot be read, or the folder holds a run with other settings
     */
    public Outcome run(Path out) {
        long start = System.nanoTime();
        Map<Long, List<Task>> tasks = new LinkedHashMap<>();
        plan.seeds().forEach(seed -> tasks.put(seed, plan.tasks(seed)));
        checkQueries(tasks);
        try (RunFolder folder = RunFolder.open(out, fingerprint())) {
            announce(tasks, folder);
            List<ProductDetail> details = new ArrayList<>();
            tasks.forEach((seed, ofSeed) -> {
                try (Fitting fitting = new Fitting(detector, plan, ofSeed, meter, listener.training())) {
                    ofSeed.forEach(task -> details.add(product(seed, task, fitting, folder, out)));
                }
            });
            Results results = results(details, (System.nanoTime() - start) / 1e9);
            results.write(out.resolve(Results.FILE));
            ResultTables.writeResults(results, out.resolve("results.csv"));
            ResultTables.writeScores(results, out.resolve("scores.csv"));
            if (results.products().stream().allMatch(result -> result.images().isEmpty())) {
                throw new InvalidInputException(
                        plan.dataset().root().toString(), "no image that could be read", "at least one to score");
            }
            return new Outcome(results, details);
        }
    }

    private void checkQueries(Map<Long, List<Task>> tasks) {
        boolean any = tasks.values().stream().flatMap(List::stream).anyMatch(task -> !task.queries()
                .isEmpty());
        if (!any) {
            long images = plan.dataset().index().testImages(false)
                    + plan.dataset().index().testImages(true);
            throw new InvalidInputException(
                    plan.dataset().root().toString(),
                    images == 0 ? "no test image" : "nothing left to score: all test images are references",
                    "test images that are not references");
        }
    }

    /** The settings that determine scores. Seeds and products are not among them, so that more can be added later. */
    private Map<String, Object> fingerprint() {
        Map<String, Object> fingerprint = new LinkedHashMap<>(plan.settings());
        fingerprint.put("format", Results.FORMAT);
        fingerprint.put("detector", detector.config());
        fingerprint.put("backbone", provenance.backbone());
        fingerprint.put("weights", provenance.weights());
        fingerprint.put("backend", provenance.backend().get("name"));
        return fingerprint;
    }

    private void announce(Map<Long, List<Task>> tasks, RunFolder folder) {
        long all = 0;
        long done = 0;
        for (Map.Entry<Long, List<Task>> ofSeed : tasks.entrySet()) {
            for (Task task : ofSeed.getValue()) {
                all += task.queries().size();
                for (LabeledImage query : task.queries()) {
                    done += folder.journal().score(key(ofSeed.getKey(), task, query)) == null ? 0 : 1;
                }
            }
        }
        listener.started(all, done);
    }

    private static Journal.Key key(long seed, Task task, LabeledImage query) {
        return new Journal.Key(seed, task.product(), query.image());
    }

    private ProductDetail product(long seed, Task task, Fitting fitting, RunFolder folder, Path out) {
        ProductDetail known = folder.product(seed, task.product());
        if (known != null && known.result().skipped().isEmpty()) {
            return known;
        }
        listener.product(seed, task);
        try (MapFile maps = folder.maps(seed, task.product())) {
            ProductScoring scoring = new ProductScoring(plan, seed, task, folder.journal(), maps, listener, meter);
            ProductScores scores = scoring.score(fitting);
            scored += scoring.scoredNow();
            if (plan.saveMaps()) {
                SavedMaps.write(out, scores, maps);
            }
            ProductDetail detail = ProductMetrics.of(plan, task, scores, maps, fitting.threshold(task));
            folder.keep(detail);
            if (scores.skipped().isEmpty()) {
                maps.delete();
            }
            listener.finished(detail.result());
            return detail;
        }
    }

    private Results results(List<ProductDetail> details, double seconds) {
        return new Results(
                Results.FORMAT,
                plan.settings(),
                detector.config(),
                plan.seeds(),
                provenance,
                new Results.RunTime(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        scored,
                        Math.rint(seconds * 1000) / 1000,
                        meter.cost()),
                details.stream().map(ProductDetail::result).toList());
    }
}
