package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.detectors.training.SegmentationLosses;
import dev.ideal4j.ide.AttendedPatches;
import dev.ideal4j.ide.MaskLayout;

/**
 * The objective of NAGL's training (arXiv 2510.00495): {@code image + focal + dice}. Only the head's parameters get
 * gradients. Features, residuals and the similarity to normal patches are frozen.
 *
 * @param head the head that is trained
 * @param layout which mask each attention head sees
 * @param top number of highest patch scores whose mean is the image score
 */
record NaglObjective(NaglHead head, MaskLayout layout, int top) {
    /**
     * Losses, and the similarities from which they are computed.
     *
     * @param losses losses whose sum is minimised
     * @param normalSimilarity {@code (b, N)}: s_n
     * @param abnormalSimilarity {@code (b, N)}: s_a
     */
    record Result(SegmentationLosses losses, Variable normalSimilarity, Variable abnormalSimilarity) {}

    /**
     * Frozen inputs of the head: features and residuals of the abnormal references' attended patches, residuals of the query,
     * and cosines of the query to the normal references.
     */
    private record Frozen(Tensor abnormal, Tensor abnormalResidual, Tensor queryResidual, Tensor cosine) {}

    /**
     * Computes the losses of a batch.
     *
     * @param tape records the computation
     */
    Result compute(Tape tape, EpisodeBatch batch) {
        AttendedPatches patches = AttendedPatches.of(batch.masks(), layout, head.heads());
        Frozen frozen = freeze(batch, patches, tape.scope());
        Tensor positions = AnomalyLearning.positions(
                batch.rows(), batch.columns(), batch.query().shape().last(), tape.scope());
        Variable proxies = head.mine(tape, frozen.abnormal, frozen.abnormalResidual, patches);
        Variable abnormal = head.learning().similarity(proxies, batch.query(), frozen.queryResidual, positions);
        Variable normal = ActivationFunctions.affine(tape.constant(frozen.cosine), 0.5f, 0.5f);
        return new Result(SegmentationLosses.of(normal, abnormal, batch, top), normal, abnormal);
    }

    private static Frozen freeze(EpisodeBatch batch, AttendedPatches patches, Scope scope) {
        Backend backend = scope.backend();
        Tensor abnormal = patches.select(batch.abnormal(), scope);
        Tensor abnormalResidual = scope.allocate(abnormal.shape());
        Tensor queryResidual = scope.allocate(batch.query().shape());
        Tensor cosine = scope.allocate(batch.samples(), batch.query().shape().axis(1));
        for (int sample = 0; sample < batch.samples(); sample++) {
            try (Scope local = backend.scope()) {
                NormalTable normal = new NormalTable(EpisodeBatch.sample(batch.normal(), sample), local);
                normal.residuals(abnormal.slice(sample, 1), abnormalResidual.slice(sample, 1));
                normal.residuals(batch.query().slice(sample, 1), queryResidual.slice(sample, 1));
                normal.cosine(batch.query().slice(sample, 1), cosine.slice(sample, 1));
            }
        }
        return new Frozen(abnormal, abnormalResidual, queryResidual, cosine);
    }
}
