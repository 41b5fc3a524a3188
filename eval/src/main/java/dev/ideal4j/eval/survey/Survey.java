package dev.ideal4j.eval.survey;

import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.FeatureStore;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.EvaluationRules;
import dev.ideal4j.eval.evaluate.Json;
import dev.ideal4j.eval.evaluate.Provenance;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.metrics.PublishedPro;
import dev.ideal4j.eval.report.HtmlReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs a {@link SurveyPlan}. Each combination is an {@link Evaluation} in a folder of its own. A survey that is started again
 * in the same folder takes what is there. A backbone computes the features of an image once for all methods.
 */
public final class Survey {
    /** Images that are scored for the time. */
    private static final int TIMED = 8;

    private static final String COST = "cost.json";

    /**
     * The results of a combination.
     *
     * @param target name of the data set
     * @param backbone name of the network
     * @param framing how images came to it
     * @param method the method's name
     * @param shots numbers of references
     * @param results of all seeds
     * @param cost the method's own time
     */
    public record Row(
            String target, String backbone, String framing, String method, Shots shots, Results results, Cost cost) {}

    /**
     * The time of a method without the forward passes of its backbone, when it runs for the second time.
     *
     * @param fitSeconds of a fit
     * @param scoreSeconds of scoring an image
     */
    public record Cost(double fitSeconds, double scoreSeconds) {}

    private final SurveyPlan plan;
    private final Backend backend;
    private final Consumer<String> progress;

    /**
     * @param backend computes; not closed
     * @param progress gets a line for each combination
     */
    public Survey(SurveyPlan plan, Backend backend, Consumer<String> progress) {
        this.plan = plan;
        this.backend = backend;
        this.progress = progress;
    }

    /**
     * Runs the survey to its end.
     *
     * @param out folder for the results of each combination
     */
    public List<Row> run(Path out) {
        List<Row> rows = new ArrayList<>();
        for (Dataset dataset : plan.datasets()) {
            for (SurveyPlan.Network network : plan.backbones()) {
                for (SurveyPlan.Framing framing : plan.framings()) {
                    Map<String, FeatureStore> stores = new HashMap<>();
                    for (SurveyPlan.Candidate candidate : plan.candidates()) {
                        rows.addAll(rows(dataset, network, framing, candidate, stores, out));
                    }
                }
            }
        }
        return rows;
    }

    private List<Row> rows(
            Dataset dataset,
            SurveyPlan.Network network,
            SurveyPlan.Framing framing,
            SurveyPlan.Candidate candidate,
            Map<String, FeatureStore> stores,
            Path out) {
        List<Row> rows = new ArrayList<>();
        try (FeatureExtractor extractor = Backbones.open(
                        network.name(), candidate.method().backbones(OptionValues.NONE), network.input(), backend);
                FewShotDetector detector = detector(candidate, framing, extractor, stores)) {
            List<Path> files = new ArrayList<>(Backbones.find(network.name())
                    .map(kind -> kind.files(network.name()))
                    .orElse(List.of()));
            if (candidate.checkpoint() != null) {
                files.add(candidate.checkpoint());
            }
            Provenance provenance = Provenance.of(backend, extractor, files);
            for (Shots shots : plan.shots(candidate)) {
                Path folder = out.resolve(dataset.name())
                        .resolve(extractor.name())
                        .resolve(framing.name())
                        .resolve(candidate.name().replace(", ", "-"))
                        .resolve("n" + shots.normal() + "a" + shots.anomalous());
                EvaluationPlan evaluation = evaluation(dataset, candidate, shots);
                Evaluation.Outcome outcome =
                        new Evaluation(evaluation, detector, provenance, EvaluationListener.NONE).run(folder);
                HtmlReport.write(outcome, folder.resolve(HtmlReport.FILE));
                Row row = new Row(
                        dataset.name(),
                        extractor.name(),
                        framing.name(),
                        candidate.name(),
                        shots,
                        outcome.results(),
                        cost(evaluation, detector, folder.resolve(COST)));
                progress.accept(SurveyTable.line(row));
                rows.add(row);
            }
        }
        return rows;
    }

    private static FewShotDetector detector(
            SurveyPlan.Candidate candidate,
            SurveyPlan.Framing framing,
            FeatureExtractor extractor,
            Map<String, FeatureStore> stores) {
        FeatureStore store = stores.computeIfAbsent(extractor.fingerprint(), any -> FeatureStore.inMemory());
        FewShotDetector opened = candidate.method().detector(extractor, candidate.checkpoint(), 0, OptionValues.NONE);
        FewShotDetector once = opened.over(network -> StoredFeatures.of(network, store));
        opened.close();
        return framing.tiling() == null ? once : new TiledDetector(once, framing.tiling());
    }

    private EvaluationPlan evaluation(Dataset dataset, SurveyPlan.Candidate candidate, Shots shots) {
        return new EvaluationPlan(
                dataset,
                new TestProtocol(shots, Setting.GENERAL, 1, null),
                plan.seeds(),
                List.of(),
                new ReferenceSource.Drawn(),
                EvaluationRules.of(candidate.method()),
                PublishedPro.THRESHOLDS,
                TIMED,
                1,
                false,
                false);
    }

    private Cost cost(EvaluationPlan evaluation, FewShotDetector detector, Path file) {
        if (Files.exists(file)) {
            return Json.read(file, Cost.class, "the time of a method");
        }
        Task task = evaluation
                .references()
                .tasks(evaluation.dataset(), evaluation.protocol(), plan.seeds().get(0))
                .get(0);
        References references = task.references().load();
        List<RgbImage> queries = task.queries().stream()
                .limit(TIMED)
                .map(query -> ImageReader.read(evaluation.dataset().file(query.image())))
                .toList();
        timed(detector, references, queries);
        Cost cost = timed(detector, references, queries);
        Json.write(file, cost);
        return cost;
    }

    private static Cost timed(FewShotDetector detector, References references, List<RgbImage> queries) {
        long start = System.nanoTime();
        try (Scorer scorer = detector.scorer(references)) {
            long fitted = System.nanoTime();
            scorer.score(queries);
            return new Cost((fitted - start) / 1e9, (System.nanoTime() - fitted) / 1e9 / queries.size());
        }
    }
}
