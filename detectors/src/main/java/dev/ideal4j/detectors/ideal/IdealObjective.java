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
 * What IDEAL's training minimises (arXiv 2605.23231, §losses): {@code image + focal + dice + gatherWeight · gather +
 * orthogonalityWeight · orthogonality}. Only the encoder's parameters get gradients; features and residuals are frozen.
 */
@SuppressWarnings("exports") // Training is for this library's own modules.
public final class IdealObjective {
    private final IntrinsicDeviationEncoder encoder;
    private final IdealConfig config;
    private final MaskLayout layout;
    private final Weights weights;

    /**
     * Shares of the losses on the vectors.
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
     * Losses and the scores they are taken of; all but the total without their weights.
     *
     * @param total what is minimised
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
     * Frozen inputs of the encoder and of the scores. Only those patches of the abnormal references are erased that
     * attention can see; without them nothing changes, since the others have no weight in any loss.
     *
     * @param patches which patches of the abnormal references attention sees
     * @param abnormal their features, {@code (b, L, C)}
     * @param abnormalResidual what the eraser leaves of them
     * @param queryResidual what the eraser leaves of the query
     * @param cosine of the query to the nearest normal patch
     */
    private record Erased(
            AttendedPatches patches, Tensor abnormal, Tensor abnormalResidual, Tensor queryResidual, Tensor cosine) {}

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
            // All residuals are needed only to find the longest ones, so they need not outlive that.
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

    /** The mean over all rows of the abnormal references, of which those that are not attended to count 1 each. */
    private static Variable gather(Erased erased, Variable vectors) {
        AttendedPatches patches = erased.patches;
        Tensor own = patches.own(vectors.tape().scope());
        Variable attended = LossFunctions.gather(erased.abnormalResidual, own, vectors);
        float share = (float) patches.length() / patches.all();
        return ActivationFunctions.affine(attended, share, 1 - share);
    }
}
