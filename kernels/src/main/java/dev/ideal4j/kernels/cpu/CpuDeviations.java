package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.kernels.cpu.Scratch.Use;

/** {@link Deviations}: two products with the vectors, packed once for each. */
final class CpuDeviations implements Deviations {
    private final CpuBackend backend;
    private final InnerLoops loops;
    private final Workers workers;
    private final Gemm gemm;

    CpuDeviations(CpuBackend backend, InnerLoops loops, Workers workers, Gemm gemm) {
        this.backend = backend;
        this.loops = loops;
        this.workers = workers;
        this.gemm = gemm;
    }

    /** Takes a sample's projection, or that of all samples when they share the vectors. */
    private interface Projected {
        void accept(int firstRow, int rows, float[] projection);
    }

    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        Deviations.checkProject(residual, vectors, out);
        int width = residual.shape().last();
        float[] to = backend.array(out);
        project(
                residual,
                vectors,
                (first, rows, projection) ->
                        System.arraycopy(projection, 0, to, offset(out) + first * width, rows * width));
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        Deviations.checkDistance(residual, vectors, out);
        int width = residual.shape().last();
        float[] from = backend.array(residual);
        float[] to = backend.array(out);
        project(
                residual,
                vectors,
                (first, rows, projection) -> workers.rows(rows, width, (row, scratch) -> {
                    int r = offset(residual) + (first + row) * width;
                    int p = row * width;
                    float rest = inverseNorm(from, r, width);
                    float kept = inverseNorm(projection, p, width);
                    double squares = loops.squaredDifference(from, r, rest, projection, p, kept, width);
                    to[offset(out) + first + row] = (float) (0.5 * Math.sqrt(squares));
                }));
    }

    private float inverseNorm(float[] x, int at, int width) {
        return 1 / Math.max((float) Math.sqrt(loops.dot(x, at, x, at, width)), NORM_EPS);
    }

    private void project(Tensor residual, Tensor vectors, Projected projected) {
        boolean shared = vectors.shape().rank() == 2;
        int samples = shared ? 1 : residual.shape().axis(0);
        int rows = shared ? residual.shape().rows() : residual.shape().axis(1);
        int width = residual.shape().last();
        int count = vectors.shape().axis(-2);
        int tile = loops.tileColumns();
        float[] v = backend.array(vectors);
        Scratch scratch = workers.borrow();
        try {
            float[] across = scratch.floats(Use.KEYS, Panels.length(count, tile, width));
            float[] back = scratch.floats(Use.VALUES, Panels.length(width, tile, count));
            float[] kept = scratch.floats(Use.COEFFICIENTS, rows * count);
            float[] projection = scratch.floats(Use.ACCUMULATOR, rows * width);
            for (int s = 0; s < samples; s++) {
                int at = offset(vectors) + s * count * width;
                Panels.ofRows(v, at, width, count, width, tile, across, 0);
                Panels.ofColumns(v, at, width, width, count, tile, back, 0);
                int from = offset(residual) + s * rows * width;
                gemm.run(backend.array(residual), from, rows, width, across, count, gemm.store(kept, 0, count));
                gemm.run(kept, 0, rows, count, back, width, gemm.store(projection, 0, width));
                projected.accept(s * rows, rows, projection);
            }
        } finally {
            workers.giveBack(scratch);
        }
    }

    @Override
    public void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        Deviations.checkPatchScore(distance, cosine, out);
        float[] c = backend.array(cosine);
        float[] to = backend.array(out);
        float[] d = distance == null ? null : backend.array(distance);
        for (int i = 0; i < out.shape().size(); i++) {
            float away = 1 - 0.5f * (1 + c[offset(cosine) + i]);
            to[offset(out) + i] = d == null ? away : 0.5f * (1 - d[offset(distance) + i] + away);
        }
    }
}
