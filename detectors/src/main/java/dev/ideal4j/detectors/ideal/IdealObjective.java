package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
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
    private static final float FOCAL_ALPHA = 0.25f;
    private static final float FOCAL_GAMMA = 2;

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
     * Episodes of one shape, with features from the frozen backbone. All tensors are the caller's.
     *
     * @param rows rows of the patch grid
     * @param columns columns of the patch grid, N = rows · columns
     * @param query {@code (b, N, C)}
     * @param normal {@code (b, n·N, C)}: each episode's normal rows
     * @param abnormal {@code (b, a·N, C)}, reference by reference, a ≥ 1
     * @param masks per episode the patch masks of its abnormal references
     * @param labels {@code (b)}: 1 where the query is abnormal, else 0
     * @param targets {@code (b, 2, height · width)}: per pixel 1 − mask, mask
     * @param height of the pixel masks
     * @param width of the pixel masks
     */
    public record Batch(
            int rows,
            int columns,
            Tensor query,
            Tensor normal,
            Tensor abnormal,
            List<List<PatchMask>> masks,
            Indices labels,
            Tensor targets,
            int height,
            int width) {}

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
    public Result compute(Tape tape, Batch batch, Dropouts dropouts) {
        Erased erased = erase(batch, tape.scope());
        Variable vectors = encoder.encode(tape, batch.abnormal, erased.abnormalResidual, batch.masks, layout, dropouts);
        Variable distance = ScoreFunctions.distance(erased.queryResidual, vectors);
        Variable normalSimilarity = ActivationFunctions.affine(tape.constant(erased.cosine), 0.5f, 0.5f);
        Variable scores = imageScores(normalSimilarity, distance);
        Variable maps = maps(batch, normalSimilarity, ActivationFunctions.affine(distance, -1, 1));

        Variable image = LossFunctions.crossEntropy(logits(scores), batch.labels);
        Variable focal = LossFunctions.focal(maps, batch.targets, FOCAL_ALPHA, FOCAL_GAMMA);
        Variable dice = LossFunctions.dice(maps, batch.targets);
        Tensor marked = marked(batch, tape.scope());
        Variable gather = LossFunctions.gather(erased.abnormalResidual, marked, vectors);
        Variable orthogonality = LossFunctions.orthogonality(vectors);
        Variable total = ActivationFunctions.add(image, 1, focal);
        total = ActivationFunctions.add(total, 1, dice);
        total = ActivationFunctions.add(total, weights.gather, gather);
        total = ActivationFunctions.add(total, weights.orthogonality, orthogonality);
        return new Result(total, image, focal, dice, gather, orthogonality, scores, maps, vectors);
    }

    private Erased erase(Batch batch, Scope scope) {
        Backend backend = scope.backend();
        int samples = batch.query.shape().axis(0);
        int patches = batch.query.shape().axis(1);
        Tensor abnormal = scope.allocate(batch.abnormal.shape());
        Tensor query = scope.allocate(batch.query.shape());
        Tensor cosine = scope.allocate(samples, patches);
        for (int sample = 0; sample < samples; sample++) {
            try (Scope local = backend.scope()) {
                Tensor normal = sample(batch.normal, sample);
                NormalVariationEraser eraser = NormalVariationEraser.of(normal, config.eraser(), local);
                Tensor residual =
                        eraser.erase(sample(batch.abnormal, sample), local).residuals();
                backend.copy(residual, abnormal.slice(sample, 1));
                NormalVariationEraser.Erased erased = eraser.erase(sample(batch.query, sample), local);
                backend.copy(erased.residuals(), query.slice(sample, 1));
                backend.copy(erased.cosine(), cosine.slice(sample, 1));
            }
        }
        return new Erased(abnormal, query, cosine);
    }

    private static Tensor sample(Tensor tensor, int sample) {
        return tensor.slice(sample, 1)
                .reshape(tensor.shape().axis(1), tensor.shape().axis(2));
    }

    /** Mean of the highest patch scores, {@code ½(1 − d + 1 − s_n)}. */
    private Variable imageScores(Variable normalSimilarity, Variable distance) {
        Variable normal = ActivationFunctions.affine(normalSimilarity, -0.5f, 1);
        Variable patches = ActivationFunctions.add(normal, -0.5f, distance);
        return ScoreFunctions.topMean(patches, config.topPatches(patches.shape().last()));
    }

    /** {@code (1 − t, t)} of each image score t. */
    private static Variable logits(Variable scores) {
        Tape tape = scores.tape();
        Variable weight = tape.constant(tape.scope().upload(new float[] {-1, 1}, 2, 1));
        Variable bias = tape.constant(tape.scope().upload(new float[] {1, 0}, 2));
        return ProductFunctions.linear(
                ShapeFunctions.reshape(scores, scores.shape().axis(0), 1), weight, bias);
    }

    private static Variable maps(Batch batch, Variable normalSimilarity, Variable abnormalSimilarity) {
        return ShapeFunctions.channels(upsampled(batch, normalSimilarity), upsampled(batch, abnormalSimilarity));
    }

    private static Variable upsampled(Batch batch, Variable patches) {
        int samples = patches.shape().axis(0);
        Variable grid = ShapeFunctions.reshape(patches, samples, batch.rows, batch.columns);
        Variable map = ScoreFunctions.bilinear(grid, batch.height, batch.width);
        return ShapeFunctions.reshape(map, samples, batch.height * batch.width);
    }

    /** 1 for each marked patch of the abnormal references, {@code (b, a·N)}. */
    private static Tensor marked(Batch batch, Scope scope) {
        int samples = batch.masks.size();
        float[] marked = new float[samples * batch.abnormal.shape().axis(1)];
        int at = 0;
        for (List<PatchMask> masks : batch.masks) {
            for (PatchMask mask : masks) {
                for (int patch = 0; patch < mask.size(); patch++) {
                    marked[at++] = mask.marked(patch) ? 1 : 0;
                }
            }
        }
        return scope.upload(marked, samples, batch.abnormal.shape().axis(1));
    }
}
