package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;

/** Gradients of row normalisations, used by several operation families. */
final class RowGradients {
    private RowGradients() {}

    /** Replaces the gradients g of {@code x / max(‖x‖, eps)} by the gradients of x. */
    static void l2(InnerLoops loops, float[] x, int at, float eps, float[] g, int to, int width) {
        float norm = (float) Math.sqrt(loops.dot(x, at, x, at, width));
        if (norm > eps) {
            loops.axpy(-loops.dot(x, at, g, to, width) / norm / norm, x, at, g, to, width);
        }
        loops.scale(g, to, 1 / Math.max(norm, eps), g, to, width);
    }

    /** Replaces the gradients g of a softmax with results y by the gradients of its inputs. */
    static void softmax(InnerLoops loops, float[] y, int at, float[] g, int to, int width) {
        float mean = loops.dot(y, at, g, to, width);
        for (int i = 0; i < width; i++) {
            g[to + i] = y[at + i] * (g[to + i] - mean);
        }
    }
}
