package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/** Stores a tile after its product, in one pass from the tile to the result. */
final class VectorTiles {
    private VectorTiles() {}

    /** See {@link dev.ideal4j.kernels.cpu.loops.InnerLoops#finish}. Rows of t are {@code width} apart. */
    static void finish(
            float[] t,
            int to,
            int width,
            int rows,
            int columns,
            float[] bias,
            int bo,
            float[] scale,
            int so,
            float[] residual,
            int ro,
            int residualStride,
            float[] out,
            int oo,
            int stride) {
        int j = 0;
        for (; j + LANES <= columns; j += LANES) {
            FloatVector b = bias == null ? FloatVector.zero(SPECIES) : fromArray(SPECIES, bias, bo + j);
            if (residual != null) {
                FloatVector s = scale == null ? broadcast(SPECIES, 1f) : fromArray(SPECIES, scale, so + j);
                residual(t, to + j, width, rows, b, s, residual, ro + j, residualStride, out, oo + j, stride);
            } else if (scale != null) {
                scale(t, to + j, width, rows, b, fromArray(SPECIES, scale, so + j), out, oo + j, stride);
            } else {
                store(t, to + j, width, rows, b, out, oo + j, stride);
            }
        }
        for (; j < columns; j++) {
            float b = bias == null ? 0 : bias[bo + j];
            float s = scale == null ? 1 : scale[so + j];
            for (int i = 0; i < rows; i++) {
                float added = residual == null ? 0 : residual[ro + i * residualStride + j];
                out[oo + i * stride + j] = Math.fma(t[to + i * width + j] + b, s, added);
            }
        }
    }

    private static void store(
            float[] t, int to, int width, int rows, FloatVector bias, float[] out, int oo, int stride) {
        for (int i = 0; i < rows; i++) {
            fromArray(SPECIES, t, to + i * width).add(bias).intoArray(out, oo + i * stride);
        }
    }

    private static void scale(
            float[] t,
            int to,
            int width,
            int rows,
            FloatVector bias,
            FloatVector scale,
            float[] out,
            int oo,
            int stride) {
        for (int i = 0; i < rows; i++) {
            fromArray(SPECIES, t, to + i * width).add(bias).mul(scale).intoArray(out, oo + i * stride);
        }
    }

    private static void residual(
            float[] t,
            int to,
            int width,
            int rows,
            FloatVector bias,
            FloatVector scale,
            float[] residual,
            int ro,
            int residualStride,
            float[] out,
            int oo,
            int stride) {
        for (int i = 0; i < rows; i++) {
            fromArray(SPECIES, t, to + i * width)
                    .add(bias)
                    .fma(scale, fromArray(SPECIES, residual, ro + i * residualStride))
                    .intoArray(out, oo + i * stride);
        }
    }
}
