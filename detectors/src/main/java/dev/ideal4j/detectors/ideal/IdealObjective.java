package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.detectors.common.Ranges;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.detectors.training.SegmentationLosses;
import dev.ideal4j.ide.AttendedPatches;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.ide.ResidualPseudoMask;
import dev.ideal4j.nve.NormalVariationEraser;
import java.util.ArrayList;
import java.util.List;

/**
 * The objective of IDEAL's training (arXiv 2605.23231, §losses): {@code image + focal + dice + gatherWeight · gather +
 * orthogonalityWeight · orthogonality}. Only the encoder's parameters get gradients. Features and residuals are frozen.
 */
@SuppressWarnings("exports") // Training is for this library's own modules.
public final class IdealObjective {
    private final IntrinsicDeviationEncoder encoder;
    private final IdealConfig config;
    private final MaskLayout layout;
    private final Weights weights;

    /**
     * Weights of the losses on the vectors.
     *
     * @param gatherWeight weight of the gather loss, 0 or more
     * @param orthogonalityWeight weight of the orthogonality loss, 0 or more
     */
    public record Weights(float gatherWeight, float orthogonalityWeight) {
        /** The published weights. */
        public static final Weights PUBLISHED = new Weights(1, 0.8f);

        /** Checks the ranges. */
        public Weights {
            Ranges.notNegative("weight of the gather loss", gatherWeight);
            Ranges.notNegative("weight of the orthogonality loss", orthogonalityWeight);
        }
    }

    /**
     * Losses, and the scores from which they are computed. All losses but the total are unweighted.
     *
     * @param total the loss that is minimised
     * @param image cross-entropy of the image score
     * @param focal focal loss of the pixel maps
     * @param dice dice loss of the pixel maps
     * @param gather 1 − cosine of the abnormal residuals to their nearest vector
     * @param orthogonality squared cosines between vectors
     * @param imageScores {@code (b)}
     * @param normalSimilarity {@code (b, N)}: s_n
     * @param abnormalSimilarity {@code (b, N)}: s_a
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
            Variable normalSimilarity,
            Variable abnormalSimilarity,
            Variable vectors) {}

    /**
     * Frozen inputs of the encoder and of the scores. Only the patches of the abnormal references that attention sees are
     * erased, because the other patches have no weight in any loss.
     *
     * @param patches which patches of the abnormal references attention sees
     * @param abnormal features of these patches, {@code (b, L, C)}
     * @param abnormalResidual residuals of these patches, {@code (b, L, C)}
     * @param queryResidual residuals of the query's patches
     * @param cosine cosine of each query patch to the nearest normal patch
     */
    private record Erased(
            AttendedPatches patches, Tensor abnormal, Tensor abnormalResidual, Tensor queryResidual, Tensor cosine) {}

    /**
     * @param encoder the encoder that is trained
     * @param config settings of eraser and score
     * @param layout which mask each attention head sees
     * @param weights weights of the losses on the vectors
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
     * @param tape records the computation; its backward pass from {@code total} gives the gradients
     * @param dropouts dropout of this iteration
     */
    public Result compute(Tape tape, EpisodeBatch batch, Dropouts dropouts) {
        Erased erased = erase(batch, tape.scope());
        AttendedPatches patches = erased.patches;
        Variable vectors = encoder.encode(tape, erased.abnormal, erased.abnormalResidual, patches, dropouts);
        Variable distance = ScoreFunctions.distance(erased.queryResidual, vectors);
        Variable normalSimilarity = ActivationFunctions.affine(tape.constant(erased.cosine), 0.5f, 0.5f);
        Variable abnormalSimilarity = ActivationFunctions.affine(distance, -1, 1);
        int top = config.topPatches(distance.shape().last());
        SegmentationLosses losses = SegmentationLosses.of(normalSimilarity, abnormalSimilarity, batch, top);
        Variable gather = gather(erased, vectors);
        Variable orthogonality = LossFunctions.orthogonality(vectors);
        Variable total = losses.sum();
        total = ActivationFunctions.add(total, weights.gatherWeight, gather);
        total = ActivationFunctions.add(total, weights.orthogonalityWeight, orthogonality);
        return new Result(
                total,
                losses.image(),
                losses.focal(),
                losses.dice(),
                gather,
                orthogonality,
                losses.imageScores(),
                normalSimilarity,
                abnormalSimilarity,
                vectors);
    }

    private Erased erase(EpisodeBatch batch, Scope scope) {
        Backend backend = scope.backend();
        int samples = batch.query().shape().axis(0);
        int patches = batch.query().shape().axis(1);
        Tensor query = scope.allocate(batch.query().shape());
        Tensor cosine = scope.allocate(samples, patches);
        AttendedPatches attended = config.pseudoMask() ? null : encoder.attended(batch.masks(), layout);
        Tensor abnormal = attended == null ? batch.abnormal() : attended.select(batch.abnormal(), scope);
        try (Scope all = backend.scope()) {
            // With pseudo-masks, all residuals are needed only to find the longest ones. They are freed afterwards.
            Tensor residuals = (attended == null ? all : scope).allocate(abnormal.shape());
            for (int sample = 0; sample < samples; sample++) {
                try (Scope local = backend.scope()) {
                    Tensor normal = EpisodeBatch.sample(batch.normal(), sample);
                    NormalVariationEraser eraser = NormalVariationEraser.of(normal, config.eraser(), local);
                    eraser.erase(EpisodeBatch.sample(abnormal, sample), EpisodeBatch.sample(residuals, sample), null);
                    eraser.erase(
                            EpisodeBatch.sample(batch.query(), sample),
                            EpisodeBatch.sample(query, sample),
                            cosine.slice(sample, 1).reshape(patches));
                }
            }
            if (attended == null) {
                attended = encoder.attended(pseudoMasks(batch, residuals), layout);
                abnormal = attended.select(batch.abnormal(), scope);
                residuals = attended.select(residuals, scope);
            }
            return new Erased(attended, abnormal, residuals, query, cosine);
        }
    }

    private static List<List<PatchMask>> pseudoMasks(EpisodeBatch batch, Tensor residuals) {
        List<List<PatchMask>> masks = new ArrayList<>();
        for (int sample = 0; sample < residuals.shape().axis(0); sample++) {
            masks.add(ResidualPseudoMask.of(EpisodeBatch.sample(residuals, sample), batch.rows(), batch.columns()));
        }
        return masks;
    }

    /** The mean of the gather loss over all rows of the abnormal references. Rows that attention does not see count as 1. */
    private static Variable gather(Erased erased, Variable vectors) {
        AttendedPatches patches = erased.patches;
        Tensor own = patches.own(vectors.tape().scope());
        Variable attended = LossFunctions.gather(erased.abnormalResidual, own, vectors);
        float share = (float) patches.length() / patches.all();
        return ActivationFunctions.affine(attended, share, 1 - share);
    }
}
