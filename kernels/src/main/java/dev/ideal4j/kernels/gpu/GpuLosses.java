package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;

/** Implements {@link Losses} by {@code losses.kc} and {@link GpuVectorLosses}. */
final class GpuLosses implements Losses.Implementation {
    /** The same value as in {@code losses.kc}. */
    private static final int CHUNK = 4096;

    private final GpuBackend backend;
    private final Kernels kernels;
    private final GpuVectorLosses vectors;

    GpuLosses(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("losses");
        this.vectors = new GpuVectorLosses(backend, this);
    }

    private static int chunks(long size) {
        return Math.toIntExact((size + CHUNK - 1) / CHUNK);
    }

    /** Computes {@code loss = factor · Σ parts}. */
    void total(Tensor parts, float factor, Tensor loss) {
        kernels.launch("total")
                .in(parts)
                .out(loss)
                .with(factor)
                .with(Math.toIntExact(parts.shape().size()))
                .rows(1);
    }

    /**
     * Returns one over a number of elements. For 0 elements it returns 1, which has no effect because all sums are 0.
     */
    static float share(long count) {
        return 1f / Math.max(1, count);
    }

    @Override
    public void crossEntropy(Tensor logits, Indices labels, Tensor loss, Tensor dLogits) {
        int rows = logits.shape().axis(0);
        try (Scope scratch = backend.scope()) {
            Tensor parts = scratch.allocateUninitialised(rows);
            kernels.launch("cross_entropy")
                    .in(logits)
                    .in(labels)
                    .out(parts)
                    .out(dLogits)
                    .with((float) rows)
                    .with(logits.shape().last())
                    .rows(rows);
            total(parts, share(rows), loss);
        }
    }

    @Override
    public void focal(Tensor logits, Tensor targets, float alpha, float gamma, Tensor loss, Tensor dLogits) {
        long size = logits.shape().size();
        int chunks = chunks(size);
        try (Scope scratch = backend.scope()) {
            Tensor parts = scratch.allocateUninitialised(chunks);
            kernels.launch(gamma == 2 ? "focal_squared" : "focal")
                    .in(logits)
                    .in(targets)
                    .out(parts)
                    .out(dLogits)
                    .with(alpha)
                    .with(gamma)
                    .with(share(size))
                    .with(size)
                    .rows(chunks);
            total(parts, share(size), loss);
        }
    }

    @Override
    public void probabilityFocal(
            Tensor probabilities, Tensor targets, float gamma, float smoothing, Tensor loss, Tensor dProbabilities) {
        long size = targets.shape().size();
        int chunks = chunks(size);
        try (Scope scratch = backend.scope()) {
            Tensor parts = scratch.allocateUninitialised(chunks);
            kernels.launch("probability_focal")
                    .in(probabilities)
                    .in(targets)
                    .out(parts)
                    .out(dProbabilities)
                    .with(gamma)
                    .with(smoothing)
                    .with(share(size))
                    .with(targets.shape().last())
                    .with(size)
                    .rows(chunks);
            total(parts, share(size), loss);
        }
    }

    @Override
    public void dice(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits) {
        int samples = logits.shape().axis(0);
        int channels = logits.shape().axis(1);
        int pixels = logits.shape().axis(2);
        int maps = samples * channels;
        int chunks = chunks(pixels);
        try (Scope scratch = backend.scope()) {
            kernels.launch("channel_softmax")
                    .in(logits)
                    .out(dLogits)
                    .with(channels)
                    .elements(pixels, samples);
            Tensor parts = scratch.allocateUninitialised(maps, chunks, 2);
            kernels.launch("dice_parts")
                    .in(dLogits)
                    .in(targets)
                    .out(parts)
                    .with(pixels)
                    .groups(chunks, maps, 1);
            Tensor losses = scratch.allocateUninitialised(maps);
            Tensor slopes = scratch.allocateUninitialised(maps, 2);
            kernels.launch("dice_maps")
                    .in(parts)
                    .out(losses)
                    .out(slopes)
                    .with(chunks)
                    .with((float) samples)
                    .elements(maps);
            kernels.launch("dice_gradient")
                    .out(dLogits)
                    .in(targets)
                    .in(slopes)
                    .with(channels)
                    .elements(pixels, samples);
            total(losses, share(samples), loss);
        }
    }

    @Override
    public void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors) {
        this.vectors.gather(residuals, weights, vectors, loss, dVectors);
    }

    @Override
    public void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors) {
        this.vectors.orthogonality(vectors, loss, dVectors);
    }
}
