package dev.ideal4j.detectors.nagl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.common.ReferenceCount;
import java.util.List;

/** NAGL's scoring: similarity to the anomaly proxies, and dissimilarity to normal patches. */
final class FittedNagl extends OpenDetector {

    private final FeatureExtractor extractor;
    private final NaglConfig config;
    private final ReferenceCount references;
    private final NormalTable normal;
    private final Guide guide;
    private final Tensor positions;

    /**
     * The part of the fit that depends on the abnormal references.
     *
     * @param learning the part of the head that processes queries
     * @param parameters parameters of {@code learning}
     * @param residualProxies {@code (P, C)}
     */
    record Guide(AnomalyLearning learning, Parameters parameters, Tensor residualProxies) {
        /**
         * Creates a guide with its own copy of the parameters, so that it does not depend on the detector.
         *
         * @param weights the head's weights, with the published names
         */
        static Guide of(Weights weights, Tensor residualProxies, NaglConfig config, Scope scope) {
            Parameters parameters = Parameters.from(scope, weights);
            int width = residualProxies.shape().last();
            return new Guide(new AnomalyLearning(parameters, width, config.heads()), parameters, residualProxies);
        }
    }

    /**
     * @param guide null without abnormal references
     * @param scope owns the normal patches and the guide; closed with this detector
     */
    FittedNagl(
            FeatureExtractor extractor,
            NaglConfig config,
            ReferenceCount references,
            NormalTable normal,
            Guide guide,
            Scope scope) {
        super(
                lifetime(NaglDetector.METHOD),
                extractor::use,
                config(NaglDetector.METHOD, extractor, references.toMap(), config),
                scope);
        this.extractor = extractor;
        this.config = config;
        this.references = references;
        this.normal = normal;
        this.guide = guide;
        this.positions =
                AnomalyLearning.positions(extractor.gridRows(), extractor.gridColumns(), extractor.width(), scope);
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        int top = config.topPatches(extractor.patches());
        PatchScoring scoring = new PatchScoring(extractor, top, config.smoothing());
        return scoring.without(scoring.byFeatures(images, this::patchScores), ignored);
    }

    /**
     * {@code ½(s_a + 1 − s_n)} per patch; {@code 1 − s_n} without abnormal references, and {@code s_a} without normal
     * references.
     */
    private Tensor patchScores(Tensor features, Scope owner) {
        Backend backend = owner.backend();
        int batch = features.shape().axis(0);
        int patches = features.shape().axis(1);
        Tensor scores = owner.allocate(batch, patches);
        if (guide == null) {
            Tensor cosine = owner.allocate(batch, patches);
            normal.cosine(features, cosine);
            backend.deviations().patchScore(null, cosine, scores);
            return scores;
        }
        try (Tape tape = Tape.inference(backend)) {
            Tensor residuals = tape.scope().allocate(features.shape());
            normal.residuals(features, residuals);
            Variable proxies = ShapeFunctions.repeat(tape.constant(guide.residualProxies), batch);
            Variable score = guide.learning.similarity(proxies, features, residuals, positions);
            if (references.normal() > 0) {
                Tensor cosine = tape.scope().allocate(batch, patches);
                normal.cosine(features, cosine);
                Variable unlike = ActivationFunctions.affine(tape.constant(cosine), -0.25f, 0.25f);
                score = ActivationFunctions.add(unlike, 0.5f, score);
            }
            backend.copy(score.value(), scores);
            return scores;
        }
    }
}
