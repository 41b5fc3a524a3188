package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile for 16 vector registers: 6 rows of 2 vectors. It takes 12 accumulators, 2 columns and a broadcast.
 * See {@link Tile8x3}.
 */
final class Tile6x2 {
    static final int ROWS = 6;
    static final int COLUMNS = 2 * LANES;

    private Tile6x2() {}

    /** See {@link dev.ideal4j.kernels.cpu.loops.InnerLoops#tile}. */
    static void tile(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add) {
        FloatVector c00;
        FloatVector c01;
        FloatVector c10;
        FloatVector c11;
        FloatVector c20;
        FloatVector c21;
        FloatVector c30;
        FloatVector c31;
        FloatVector c40;
        FloatVector c41;
        FloatVector c50;
        FloatVector c51;
        if (add) {
            c00 = FloatVector.fromArray(SPECIES, c, co);
            c01 = FloatVector.fromArray(SPECIES, c, co + LANES);
            c10 = FloatVector.fromArray(SPECIES, c, co + stride);
            c11 = FloatVector.fromArray(SPECIES, c, co + stride + LANES);
            c20 = FloatVector.fromArray(SPECIES, c, co + 2 * stride);
            c21 = FloatVector.fromArray(SPECIES, c, co + 2 * stride + LANES);
            c30 = FloatVector.fromArray(SPECIES, c, co + 3 * stride);
            c31 = FloatVector.fromArray(SPECIES, c, co + 3 * stride + LANES);
            c40 = FloatVector.fromArray(SPECIES, c, co + 4 * stride);
            c41 = FloatVector.fromArray(SPECIES, c, co + 4 * stride + LANES);
            c50 = FloatVector.fromArray(SPECIES, c, co + 5 * stride);
            c51 = FloatVector.fromArray(SPECIES, c, co + 5 * stride + LANES);
        } else {
            c00 = FloatVector.zero(SPECIES);
            c01 = FloatVector.zero(SPECIES);
            c10 = FloatVector.zero(SPECIES);
            c11 = FloatVector.zero(SPECIES);
            c20 = FloatVector.zero(SPECIES);
            c21 = FloatVector.zero(SPECIES);
            c30 = FloatVector.zero(SPECIES);
            c31 = FloatVector.zero(SPECIES);
            c40 = FloatVector.zero(SPECIES);
            c41 = FloatVector.zero(SPECIES);
            c50 = FloatVector.zero(SPECIES);
            c51 = FloatVector.zero(SPECIES);
        }
        for (int k = 0, i = ao, j = bo; k < depth; k++, i += ROWS, j += COLUMNS) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + LANES);
        c10.intoArray(c, co + stride);
        c11.intoArray(c, co + stride + LANES);
        c20.intoArray(c, co + 2 * stride);
        c21.intoArray(c, co + 2 * stride + LANES);
        c30.intoArray(c, co + 3 * stride);
        c31.intoArray(c, co + 3 * stride + LANES);
        c40.intoArray(c, co + 4 * stride);
        c41.intoArray(c, co + 4 * stride + LANES);
        c50.intoArray(c, co + 5 * stride);
        c51.intoArray(c, co + 5 * stride + LANES);
    }
}
