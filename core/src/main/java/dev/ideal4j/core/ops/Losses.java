package dev.ideal4j.core.ops;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Training losses. Each method computes the loss and its gradient in the same pass. */
public final class Losses {
    /** Minimum norm in a cosine (PyTorch's {@code cosine_similarity}). */
    public static final float COSINE_EPS = 1e-8f;

    /** Minimum norm of a vector in the orthogonality loss. */
    public static final float NORM_EPS = 1e-12f;

    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Losses(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Mean cross-entropy {@code −log softmax(x)[label]}. The labels are read and checked first, which waits for pending
     * work of the device.
     *
     * @param logits {@code (b, k)}
     * @param labels {@code (b)}, each 0 to k − 1
     * @param loss {@code (1)}, written
     * @param dLogits {@code (b, k)}, written
     */
    public void crossEntropy(Tensor logits, Indices labels, Tensor loss, Tensor dLogits) {
        Checks.rank("logits", logits.shape(), 2);
        Checks.shape("labels", labels.shape(), logits.shape().axis(0));
        checkLoss(logits, loss, dLogits);
        for (int label : labels.toArray()) {
            Checks.range("labels", label, 0, logits.shape().axis(1) - 1);
        }
        implementation.crossEntropy(logits, labels, loss, dLogits);
    }

    /**
     * Mean sigmoid focal loss: with {@code p = sigmoid(x)}, {@code q = p t + (1 − p)(1 − t)},
     * {@code (α t + (1 − α)(1 − t)) · (1 − q)^γ · BCE(x, t)}.
     *
     * @param logits any shape
     * @param targets same shape, 0 or 1
     * @param alpha weight of targets 1; negative: no weighting
     * @param gamma focusing exponent, 0 or more
     * @param loss {@code (1)}, written
     * @param dLogits same shape as the logits, written
     */
    public void focal(Tensor logits, Tensor targets, float alpha, float gamma, Tensor loss, Tensor dLogits) {
        Checks.shape("targets", targets.shape(), logits.shape().toArray());
        if (!(gamma >= 0)) {
            throw new InvalidInputException("gamma", Float.toString(gamma), "0 or more");
        }
        checkLoss(logits, loss, dLogits, targets);
        implementation.focal(logits, targets, alpha, gamma, loss, dLogits);
    }

    /**
     * Mean focal loss of probabilities (FDSL): {@code −(1 − t)^γ log t} with {@code t = (1 − ε) p + ε q + ε}, where p
     * is the probability of a pixel's true channel and q is the probability of the other channel.
     *
     * @param probabilities {@code (b, 2, n)}, summing to 1 over the channels
     * @param targets {@code (b, n)}: the true channel, 0 or 1
     * @param gamma focusing exponent γ, 0 or more
     * @param smoothing ε, above 0 and below 1
     * @param loss {@code (1)}, written
     * @param dProbabilities {@code (b, 2, n)}, written
     */
    public void probabilityFocal(
            Tensor probabilities, Tensor targets, float gamma, float smoothing, Tensor loss, Tensor dProbabilities) {
        Checks.rank("targets", targets.shape(), 2);
        Checks.shape(
                "probabilities",
                probabilities.shape(),
                targets.shape().axis(0),
                2,
                targets.shape().axis(1));
        if (!(gamma >= 0)) {
            throw new InvalidInputException("gamma", Float.toString(gamma), "0 or more");
        }
        if (!(smoothing > 0 && smoothing < 1)) {
            throw new InvalidInputException("smoothing", Float.toString(smoothing), "above 0 and below 1");
        }
        checkLoss(probabilities, loss, dProbabilities, targets);
        implementation.probabilityFocal(probabilities, targets, gamma, smoothing, loss, dProbabilities);
    }

    /**
     * Dice loss over softmax probabilities p of the channels: {@code Σ_c mean_b (1 − (2 Σ p t + 1) / (Σ p + Σ t + 1))}.
     *
     * @param logits {@code (b, k, p)}: k channels of p pixels
     * @param targets same shape, 0 or 1
     * @param loss {@code (1)}, written
     * @param dLogits same shape, written
     */
    public void dice(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits) {
        Checks.rank("logits", logits.shape(), 3);
        Checks.shape("targets", targets.shape(), logits.shape().toArray());
        checkLoss(logits, loss, dLogits, targets);
        implementation.dice(logits, targets, loss, dLogits);
    }

    /**
     * Gather loss (IDEAL): the mean over all rows of the minimum of {@code 1 − cosine} between a residual row,
     * multiplied by its weight, and the vectors of its sample. A zero row counts as 1.
     *
     * @param residuals {@code (b, n, c)}
     * @param weights {@code (b, n)}: what each row is multiplied by
     * @param vectors {@code (b, m, c)}
     * @param loss {@code (1)}, written
     * @param dVectors {@code (b, m, c)}, written; through the first of equally near vectors
     */
    public void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors) {
        Checks.rank("residuals", residuals.shape(), 3);
        Checks.shape(
                "weights",
                weights.shape(),
                residuals.shape().axis(0),
                residuals.shape().axis(1));
        Checks.rank("vectors", vectors.shape(), 3);
        Checks.shape(
                "vectors",
                vectors.shape(),
                residuals.shape().axis(0),
                vectors.shape().axis(1),
                residuals.shape().last());
        Checks.range("vectors", vectors.shape().axis(1), 1, Integer.MAX_VALUE);
        checkLoss(vectors, loss, dVectors, residuals, weights);
        implementation.gather(residuals, weights, vectors, loss, dVectors);
    }

    /**
     * Orthogonality loss (IDEAL): {@code mean((V̂ V̂ᵀ − I)²)} over samples and pairs, V̂ the L2-normalised vectors.
     *
     * @param vectors {@code (b, m, c)}
     * @param loss {@code (1)}, written
     * @param dVectors {@code (b, m, c)}, written
     */
    public void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors) {
        Checks.rank("vectors", vectors.shape(), 3);
        checkLoss(vectors, loss, dVectors);
        implementation.orthogonality(vectors, loss, dVectors);
    }

    private static void checkLoss(Tensor of, Tensor loss, Tensor gradient, Tensor... others) {
        Checks.shape("loss", loss.shape(), 1);
        Checks.shape("gradient", gradient.shape(), of.shape().toArray());
        Tensor[] outputs = {loss, gradient};
        Checks.apart("loss and gradient", outputs, of);
        Checks.apart("loss and gradient", outputs, others);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void crossEntropy(Tensor logits, Indices labels, Tensor loss, Tensor dLogits);

        void focal(Tensor logits, Tensor targets, float alpha, float gamma, Tensor loss, Tensor dLogits);

        void probabilityFocal(
                Tensor probabilities, Tensor targets, float gamma, float smoothing, Tensor loss, Tensor dProbabilities);

        void dice(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits);

        void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors);

        void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors);
    }
}
