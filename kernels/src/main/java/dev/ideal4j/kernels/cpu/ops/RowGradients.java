package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;

/** Gradients of normalisations of one row, shared by families. */
final class RowGradients {
    private RowGradients() {}

    /** From gradients g of {@code x / max(‖x‖, eps)} to those of x, in place. */
    static void l2(InnerLoops loops, float[] x, int at, float eps, float[] g, int to, int width) {
        float norm = (float) Math.sqrt(loops.dot(x, at, x, at, width));
        if (norm > eps) {
            loops.axpy(-loops.dot(x, at, g, to, width) / norm / norm, x, at, g, to, width);
        }
        loops.scale(g, to, 1 / Math.max(norm, eps), g, to, width);
    }

    /** From gradients g of a softmax with results y to those of its inputs, in place. */
    static void softmax(InnerLoops loops, float[] y, int at, float[] g, int to, int width) {
        float mean = loops.dot(y, at, g, to, width);
        for (int i = 0; i < width; i++) {
            g[to + i] = y[at + i] * (g[to + i] - mean);
        }
    }
}
