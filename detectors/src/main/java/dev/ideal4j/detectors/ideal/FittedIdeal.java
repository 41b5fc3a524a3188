package dev.ideal4j.detectors.ideal;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.common.ReferenceCount;
import dev.ideal4j.detectors.common.ScoringPasses;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import dev.ideal4j.ide.KnownDefects;
import dev.ideal4j.ide.RememberedDefects;
import dev.ideal4j.nve.NormalVariationEraser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scoring of IDEAL (arXiv 2605.23231, §deviation score): a patch scores high if its residual lies in the directions of the
 * deviation vectors.
 */
final class FittedIdeal extends OpenDetector implements GraphScorer {

    private final FeatureExtractor extractor;
    private final IdealConfig config;
    private final ReferenceCount references;
    private final NormalVariationEraser eraser;
    private final @Nullable Tensor vectors;
    private final @Nullable Taught defects;
    private final Tensor one;
    private final PatchScoring scoring;
    private final ScoringPasses passes;

    /**
     * @param vectors {@code (M, C)}, or null without an encoder or abnormal references
     * @param defects null with an encoder or without abnormal references
     * @param scope owns the eraser, the vectors and the defects; closed with this detector
     */
    FittedIdeal(
            FeatureExtractor extractor,
            IdealConfig config,
            ReferenceCount references,
            NormalVariationEraser eraser,
            @Nullable Tensor vectors,
            @Nullable Taught defects,
            Scope scope) {
        super(
                lifetime(IdealDetector.METHOD),
                extractor::use,
                config(IdealDetector.METHOD, extractor, references.toMap(), config),
                scope);
        this.extractor = extractor;
        this.config = config;
        this.references = references;
        this.eraser = eraser;
        this.vectors = vectors;
        this.defects = defects;
        this.one = scope.upload(new float[] {1}, 1);
        int top = config.topPatches(extractor.patches());
        this.scoring = new PatchScoring(extractor, top, config.smoothing());
        this.passes = new ScoringPasses(scoring, this::patchScores);
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        return scoring.without(passes.score(images), ignored);
    }

    /**
     * Knowledge of the abnormal references for scoring without an encoder.
     *
     * @param like raises the scores of patches that deviate as the known defects do
     * @param same raises the scores of patches that are much nearer to a patch of a known defect than to any normal patch
     */
    record Taught(KnownDefects like, RememberedDefects same) {}

    /**
     * {@code ½(s_a + 1 − s_n)} per patch. Without normal references {@code s_n = 1 − s_a} as published, so the score is
     * {@code s_a}, and the normal patches of abnormal references are used by the eraser only. Without an encoder the score is
     * {@code 1 − s_n}, raised for patches that are similar to a known defect.
     */
    private Tensor patchScores(Tensor features, Scope scope) {
        Backend backend = scope.backend();
        int batch = features.shape().axis(0);
        int patches = features.shape().axis(1);
        NormalVariationEraser.Erased erased = eraser.erase(features, scope);
        Tensor distance = null;
        if (vectors != null) {
            distance = scope.allocate(batch, patches);
            backend.deviations().distance(erased.residuals(), vectors, distance);
        }
        Tensor scores = scope.allocate(batch, patches);
        if (distance != null && references.normal() == 0) {
            backend.activations().scale(distance, -1, scores);
            backend.activations().add(scores, 1, one, scores);
        } else {
            backend.deviations().patchScore(distance, erased.cosine().reshape(batch, patches), scores);
        }
        if (defects != null) {
            defects.like().raise(erased.residuals(), scores);
            defects.same().raise(features, erased.cosine(), scores);
        }
        return scores;
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    /** Scores by the same operations on the backend of the graph. */
    @Override
    public Drawn draw(DetectorGraph graph) {
        return during(() -> {
            Scope to = graph.scope();
            FittedIdeal drawn = new FittedIdeal(
                    graph.extractor(),
                    config,
                    references,
                    NormalVariationEraser.of(graph.constant(eraser.normal()), config.eraser(), to),
                    vectors == null ? null : graph.constant(vectors),
                    defects == null
                            ? null
                            : new Taught(defects.like().over(to), defects.same().over(to)),
                    to);
            return drawn.scoring.draw(graph, drawn.patchScores(graph.features(), to));
        });
    }

    @Override
    protected void free() {
        passes.close();
        super.free();
    }
}
