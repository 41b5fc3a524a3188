package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.detectors.training.SegmentationLosses;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.nve.NormalVariationEraser;
import java.util.List;

/**
 * What IDEAL's training minimises (arXiv 2605.23231, §losses): {@code image + focal + dice + gatherWeight · gather +
 * orthogonalityWeight · orthogonality}. Only the encoder's parameters get gradients; features and residuals are frozen.
 */
public final class IdealObjective {
    private final IntrinsicDeviationEncoder encoder;
    private final IdealConfig config;
    private final MaskLayout layout;
    private final Weights weights;

    /**
     * Shares of the losses on the vectors.
     *
     * @param gather weight of the gather loss
     * @param orthogonality weight of the orthogonality loss
     */
    public record Weights(float gather, float orthogonality) {
        /** The published weights. */
        public static final Weights PUBLISHED = new Weights(1, 0.8f);
    }

    /**
     * Losses and the scores they are taken of; all but the total without their weights.
     *
     * @param total what is minimised
     * @param image cross-entropy of the image score
     * @param focal focal loss of the pixel maps
     * @param dice dice loss of the pixel maps
     * @param gather 1 − cosine of the abnormal residuals to their nearest vector
     * @param orthogonality squared cosines between vectors
     * @param imageScores {@code (b)}
     * @param maps {@code (b, 2, height · width)}: normal and abnormal similarity per pixel
     * @param vectors {@code (b, M, C)}
     */
    public record Result(
            Variable total,
            Variable image,
            Variable focal,
            Variable dice,
            Variable gather,
            Variable orthogonality,
            Variable imageScores,
            Variable maps,
            Variable vectors) {}

    /** Frozen inputs of the scores: what the eraser leaves, and the cosine to the nearest normal patch. */
    private record Erased(Tensor abnormalResidual, Tensor queryResidual, Tensor cosine) {}

    /**
     * @param encoder trained
     * @param config settings of eraser and score
     * @param layout whose mask each attention head sees
     * @param weights of the losses on the vectors
     */
    public IdealObjective(IntrinsicDeviationEncoder encoder, IdealConfig config, MaskLayout layout, Weights weights) {
        this.encoder = encoder;
        this.config = config;
        this.layout = layout;
        this.weights = weights;
    }

    /**
     * Computes the losses of a batch.
     *
     * @param tape records; its backward pass from {@code total} gives the gradients
     * @param dropouts of this iteration
     */
    public Result compute(Tape tape, EpisodeBatch batch, Dropouts dropouts) {
        Erased erased = erase(batch, tape.scope());
        Variable vectors =
                encoder.encode(tape, batch.abnormal(), erased.abnormalResidual, batch.masks(), layout, dropouts);
        Variable distance = ScoreFunctions.distance(erased.queryResidual, vectors);
        Variable normalSimilarity = ActivationFunctions.affine(tape.constant(erased.cosine), 0.5f, 0.5f);
        SegmentationLosses losses = SegmentationLosses.of(
                normalSimilarity,
                ActivationFunctions.affine(distance, -1, 1),
                batch,
                config.topPatches(distance.shape().last()));
        Tensor marked = marked(batch, tape.scope());
        Variable gather = LossFunctions.gather(erased.abnormalResidual, marked, vectors);
        Variable orthogonality = LossFunctions.orthogonality(vectors);
        Variable total = losses.sum();
        total = ActivationFunctions.add(total, weights.gather, gather);
        total = ActivationFunctions.add(total, weights.orthogonality, orthogonality);
        return new Result(
                total,
                losses.image(),
                losses.focal(),
                losses.dice(),
                gather,
                orthogonality,
                losses.imageScores(),
                losses.maps(),
                vectors);
    }

    private Erased erase(EpisodeBatch batch, Scope scope) {
        Backend backend = scope.backend();
        int samples = batch.query().shape().axis(0);
        int patches = batch.query().shape().axis(1);
        Tensor abnormal = scope.allocate(batch.abnormal().shape());
        Tensor query = scope.allocate(batch.query().shape());
        Tensor cosine = scope.allocate(samples, patches);
        for (int sample = 0; sample < samples; sample++) {
            try (Scope local = backend.scope()) {
                Tensor normal = EpisodeBatch.sample(batch.normal(), sample);
                NormalVariationEraser eraser = NormalVariationEraser.of(normal, config.eraser(), local);
                Tensor residual = eraser.erase(EpisodeBatch.sample(batch.abnormal(), sample), local)
                        .residuals();
                backend.copy(residual, abnormal.slice(sample, 1));
                NormalVariationEraser.Erased erased = eraser.erase(EpisodeBatch.sample(batch.query(), sample), local);
                backend.copy(erased.residuals(), query.slice(sample, 1));
                backend.copy(erased.cosine(), cosine.slice(sample, 1));
            }
        }
        return new Erased(abnormal, query, cosine);
    }

    /** 1 for each marked patch of the abnormal references, {@code (b, a·N)}. */
    private static Tensor marked(EpisodeBatch batch, Scope scope) {
        int samples = batch.masks().size();
        float[] marked = new float[samples * batch.abnormal().shape().axis(1)];
        int at = 0;
        for (List<PatchMask> masks : batch.masks()) {
            for (PatchMask mask : masks) {
                for (int patch = 0; patch < mask.size(); patch++) {
                    marked[at++] = mask.marked(patch) ? 1 : 0;
                }
            }
        }
        return scope.upload(marked, samples, batch.abnormal().shape().axis(1));
    }
}
