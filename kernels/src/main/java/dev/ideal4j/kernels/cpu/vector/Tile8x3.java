package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile for 32 vector registers: 8 rows of 3 vectors. It takes 24 accumulators, 3 columns and a broadcast.
 * Eleven loads feed 24 fused multiply-adds, so the arithmetic units limit the speed and the loads do not. The code is
 * written out with one variable per register, because the JIT compiler keeps an array of vectors in memory.
 */
final class Tile8x3 {
    static final int ROWS = 8;
    static final int COLUMNS = 3 * LANES;

    private Tile8x3() {}

    /** See {@link dev.ideal4j.kernels.cpu.loops.InnerLoops#tile}. */
    static void tile(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add) {
        FloatVector c00;
        FloatVector c01;
        FloatVector c02;
        FloatVector c10;
        FloatVector c11;
        FloatVector c12;
        FloatVector c20;
        FloatVector c21;
        FloatVector c22;
        FloatVector c30;
        FloatVector c31;
        FloatVector c32;
        FloatVector c40;
        FloatVector c41;
        FloatVector c42;
        FloatVector c50;
        FloatVector c51;
        FloatVector c52;
        FloatVector c60;
        FloatVector c61;
        FloatVector c62;
        FloatVector c70;
        FloatVector c71;
        FloatVector c72;
        if (add) {
            c00 = FloatVector.fromArray(SPECIES, c, co);
            c01 = FloatVector.fromArray(SPECIES, c, co + LANES);
            c02 = FloatVector.fromArray(SPECIES, c, co + 2 * LANES);
            c10 = FloatVector.fromArray(SPECIES, c, co + stride);
            c11 = FloatVector.fromArray(SPECIES, c, co + stride + LANES);
            c12 = FloatVector.fromArray(SPECIES, c, co + stride + 2 * LANES);
            c20 = FloatVector.fromArray(SPECIES, c, co + 2 * stride);
            c21 = FloatVector.fromArray(SPECIES, c, co + 2 * stride + LANES);
            c22 = FloatVector.fromArray(SPECIES, c, co + 2 * stride + 2 * LANES);
            c30 = FloatVector.fromArray(SPECIES, c, co + 3 * stride);
            c31 = FloatVector.fromArray(SPECIES, c, co + 3 * stride + LANES);
            c32 = FloatVector.fromArray(SPECIES, c, co + 3 * stride + 2 * LANES);
            c40 = FloatVector.fromArray(SPECIES, c, co + 4 * stride);
            c41 = FloatVector.fromArray(SPECIES, c, co + 4 * stride + LANES);
            c42 = FloatVector.fromArray(SPECIES, c, co + 4 * stride + 2 * LANES);
            c50 = FloatVector.fromArray(SPECIES, c, co + 5 * stride);
            c51 = FloatVector.fromArray(SPECIES, c, co + 5 * stride + LANES);
            c52 = FloatVector.fromArray(SPECIES, c, co + 5 * stride + 2 * LANES);
            c60 = FloatVector.fromArray(SPECIES, c, co + 6 * stride);
            c61 = FloatVector.fromArray(SPECIES, c, co + 6 * stride + LANES);
            c62 = FloatVector.fromArray(SPECIES, c, co + 6 * stride + 2 * LANES);
            c70 = FloatVector.fromArray(SPECIES, c, co + 7 * stride);
            c71 = FloatVector.fromArray(SPECIES, c, co + 7 * stride + LANES);
            c72 = FloatVector.fromArray(SPECIES, c, co + 7 * stride + 2 * LANES);
        } else {
            c00 = FloatVector.zero(SPECIES);
            c01 = FloatVector.zero(SPECIES);
            c02 = FloatVector.zero(SPECIES);
            c10 = FloatVector.zero(SPECIES);
            c11 = FloatVector.zero(SPECIES);
            c12 = FloatVector.zero(SPECIES);
            c20 = FloatVector.zero(SPECIES);
            c21 = FloatVector.zero(SPECIES);
            c22 = FloatVector.zero(SPECIES);
            c30 = FloatVector.zero(SPECIES);
            c31 = FloatVector.zero(SPECIES);
            c32 = FloatVector.zero(SPECIES);
            c40 = FloatVector.zero(SPECIES);
            c41 = FloatVector.zero(SPECIES);
            c42 = FloatVector.zero(SPECIES);
            c50 = FloatVector.zero(SPECIES);
            c51 = FloatVector.zero(SPECIES);
            c52 = FloatVector.zero(SPECIES);
            c60 = FloatVector.zero(SPECIES);
            c61 = FloatVector.zero(SPECIES);
            c62 = FloatVector.zero(SPECIES);
            c70 = FloatVector.zero(SPECIES);
            c71 = FloatVector.zero(SPECIES);
            c72 = FloatVector.zero(SPECIES);
        }
        for (int k = 0, i = ao, j = bo; k < depth; k++, i += ROWS, j += COLUMNS) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LANES);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, j + 2 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            x = FloatVector.broadcast(SPECIES, a[i + 6]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            c62 = x.fma(b2, c62);
            x = FloatVector.broadcast(SPECIES, a[i + 7]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            c72 = x.fma(b2, c72);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + LANES);
        c02.intoArray(c, co + 2 * LANES);
        c10.intoArray(c, co + stride);
        c11.intoArray(c, co + stride + LANES);
        c12.intoArray(c, co + stride + 2 * LANES);
        c20.intoArray(c, co + 2 * stride);
        c21.intoArray(c, co + 2 * stride + LANES);
        c22.intoArray(c, co + 2 * stride + 2 * LANES);
        c30.intoArray(c, co + 3 * stride);
        c31.intoArray(c, co + 3 * stride + LANES);
        c32.intoArray(c, co + 3 * stride + 2 * LANES);
        c40.intoArray(c, co + 4 * stride);
        c41.intoArray(c, co + 4 * stride + LANES);
        c42.intoArray(c, co + 4 * stride + 2 * LANES);
        c50.intoArray(c, co + 5 * stride);
        c51.intoArray(c, co + 5 * stride + LANES);
        c52.intoArray(c, co + 5 * stride + 2 * LANES);
        c60.intoArray(c, co + 6 * stride);
        c61.intoArray(c, co + 6 * stride + LANES);
        c62.intoArray(c, co + 6 * stride + 2 * LANES);
        c70.intoArray(c, co + 7 * stride);
        c71.intoArray(c, co + 7 * stride + LANES);
        c72.intoArray(c, co + 7 * stride + 2 * LANES);
    }
}
