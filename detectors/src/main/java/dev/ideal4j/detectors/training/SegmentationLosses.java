package dev.ideal4j.detectors.training;

import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;

/**
 * The losses that IDEAL and NAGL share, of similarities to what is normal, s_n, and to what is not, s_a: cross-entropy of
 * the image score, focal and dice loss of the two maps enlarged to the masks' size.
 *
 * @param image cross-entropy of {@code (1 − t, t)}, t the image score, with the label
 * @param focal focal loss of the maps
 * @param dice dice loss of the maps
 * @param imageScores t, {@code (b)}: mean of the highest patch scores {@code ½(s_a + 1 − s_n)}
 * @param maps {@code (b, 2, height · width)}: s_n and s_a per pixel
 */
public record SegmentationLosses(Variable image, Variable focal, Variable dice, Variable imageScores, Variable maps) {
    private static final float FOCAL_ALPHA = 0.25f;
    private static final float FOCAL_GAMMA = 2;

    /**
     * Computes them.
     *
     * @param normal s_n, {@code (b, N)}
     * @param abnormal s_a, {@code (b, N)}
     * @param batch labels and targets
     * @param top number of patches whose mean is the image score, at most N
     */
    public static SegmentationLosses of(Variable normal, Variable abnormal, EpisodeBatch batch, int top) {
        Variable unlike = ActivationFunctions.affine(normal, -0.5f, 0.5f);
        Variable patches = ActivationFunctions.add(unlike, 0.5f, abnormal);
        Variable scores = ScoreFunctions.topMean(patches, top);
        Variable maps = ShapeFunctions.channels(upsampled(batch, normal), upsampled(batch, abnormal));
        return new SegmentationLosses(
                LossFunctions.crossEntropy(logits(scores), batch.labels()),
                LossFunctions.focal(maps, batch.targets(), FOCAL_ALPHA, FOCAL_GAMMA),
                LossFunctions.dice(maps, batch.targets()),
                scores,
                maps);
    }

    /** {@code image + focal + dice}. */
    public Variable sum() {
        return ActivationFunctions.add(ActivationFunctions.add(image, 1, focal), 1, dice);
    }

    /** {@code (1 − t, t)} of each image score t. */
    private static Variable logits(Variable scores) {
        Tape tape = scores.tape();
        Variable weight = tape.constant(tape.scope().upload(new float[] {-1, 1}, 2, 1));
        Variable bias = tape.constant(tape.scope().upload(new float[] {1, 0}, 2));
        return ProductFunctions.linear(
                ShapeFunctions.reshape(scores, scores.shape().axis(0), 1), weight, bias);
    }

    private static Variable upsampled(EpisodeBatch batch, Variable patches) {
        Variable grid = ShapeFunctions.reshape(patches, batch.samples(), batch.rows(), batch.columns());
        Variable map = ScoreFunctions.bilinear(grid, batch.height(), batch.width());
        return ShapeFunctions.reshape(map, batch.samples(), batch.height() * batch.width());
    }
}
