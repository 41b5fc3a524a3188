package dev.ideal4j.eval.train;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.EvaluationRules;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a detector on the test images of the target, as published. Results lie in {@code validation/}, in a folder named
 * by the checksum of their checkpoint, so that an interrupted validation can continue.
 */
record TargetValidation(TrainingPlan plan, FeatureExtractor extractor, EvaluationListener listener)
        implements Validation {
    private static final int NAME_LENGTH = 16;

    @Override
    public Scores evaluate(FewShotDetector trained) {
        // Closed with the detector that was trained, which is the caller's.
        FewShotDetector detector = plan.tiling() == null ? trained : new TiledDetector(trained, plan.tiling());
        Provenance provenance =
                Provenance.of(extractor.backend(), extractor, List.of(plan.out().resolve("last.safetensors")));
        EvaluationPlan evaluation = new EvaluationPlan(
                plan.target(),
                plan.protocol(),
                plan.seeds(),
                List.of(),
                new ReferenceSource.Drawn(),
                EvaluationRules.USUAL,
                plan.proThresholds(),
                plan.validationBatch(),
                plan.threads(),
                false,
                false);
        List<ProductResult> products = new Evaluation(evaluation, detector, provenance, listener)
                .run(folder(provenance.weights()))
                .results()
                .products();
        return new Scores(Measure.IMAGE_AUROC.mean(products), Measure.PUBLISHED_PIXEL_AUROC.mean(products));
    }

    private Path folder(Map<String, String> checksums) {
        String checkpoint = checksums.values().iterator().next();
        return plan.out().resolve("validation").resolve(checkpoint.substring(0, NAME_LENGTH));
    }
}
