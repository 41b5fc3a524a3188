package dev.ideal4j.detectors.training;

import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.MapLossFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;

/**
 * The losses that IDEAL and NAGL share: cross-entropy of the image score, and focal and dice loss of two maps enlarged to the
 * size of the masks. One map is the similarity to normal patches, s_n, the other the similarity to abnormal patches, s_a.
 *
 * @param image cross-entropy of {@code (1 − t, t)}, t the image score, with the label
 * @param focal focal loss of the maps
 * @param dice dice loss of the maps
 * @param imageScores t, {@code (b)}: mean of the highest patch scores {@code ½(s_a + 1 − s_n)}
 */
public record SegmentationLosses(Variable image, Variable focal, Variable dice, Variable imageScores) {
    private static final MapLossFunctions.Focal FOCAL = new MapLossFunctions.Focal(0.25f, 2);

    /**
     * Computes the losses.
     *
     * @param normal s_n, {@code (b, N)}
     * @param abnormal s_a, {@code (b, N)}
     * @param batch labels and targets
     * @param top number of highest patch scores whose mean is the image score, at most N
     */
    public static SegmentationLosses of(Variable normal, Variable abnormal, EpisodeBatch batch, int top) {
        Variable unlike = ActivationFunctions.affine(normal, -0.5f, 0.5f);
        Variable patches = ActivationFunctions.add(unlike, 0.5f, abnormal);
        Variable scores = ScoreFunctions.topMean(patches, top);
        MapLossFunctions.PixelLosses pixel = MapLossFunctions.focalAndDice(
                grid(batch, normal), grid(batch, abnormal), batch::writeTargets, batch.height(), batch.width(), FOCAL);
        return new SegmentationLosses(
                LossFunctions.crossEntropy(logits(scores), batch.labels()), pixel.focal(), pixel.dice(), scores);
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

    private static Variable grid(EpisodeBatch batch, Variable patches) {
        return ShapeFunctions.reshape(patches, batch.samples(), batch.rows(), batch.columns());
    }
}
