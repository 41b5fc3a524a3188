package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.kernels.cpu.gemm.Gemm;
import dev.ideal4j.kernels.cpu.gemm.Matrix;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.function.Consumer;

/**
 * Implements {@link Deviations} by two matrix products with the vectors. The vectors are packed once for each product.
 */
public final class CpuDeviations implements Deviations.Implementation {
    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    private final Gemm gemm;

    public CpuDeviations(CpuRuntime cpu, Gemm gemm) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.gemm = gemm;
    }

    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        Samples samples = new Samples(residual, vectors);
        withScratch(scratch -> {
            float[] kept = scratch.floats(Use.COEFFICIENTS, samples.rows * samples.count);
            for (int s = 0; s < samples.number; s++) {
                project(samples, s, kept, cpu.array(out), offset(out) + samples.at(s));
            }
        });
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        Samples samples = new Samples(residual, vectors);
        int width = samples.width;
        float[] to = cpu.array(out);
        withScratch(scratch -> {
            float[] kept = scratch.floats(Use.COEFFICIENTS, samples.rows * samples.count);
            float[] projection = scratch.floats(Use.ACCUMULATOR, samples.rows * width);
            for (int s = 0; s < samples.number; s++) {
                project(samples, s, kept, projection, 0);
                int first = samples.residualAt + samples.at(s);
                int target = offset(out) + s * samples.rows;
                workers.rows(samples.rows, width, (row, own) -> {
                    int r = first + row * width;
                    int p = row * width;
                    float f = 1 / norm(samples.residual, r, width);
                    float g = 1 / norm(projection, p, width);
                    double squares = loops.squaredDifference(samples.residual, r, f, projection, p, g, width);
                    to[target + row] = (float) (0.5 * Math.sqrt(squares));
                });
            }
        });
    }

    private float norm(float[] x, int at, int width) {
        return Math.max((float) Math.sqrt(loops.dot(x, at, x, at, width)), Deviations.NORM_EPS);
    }

    /** Residuals and vectors, sample by sample. There is one sample if all rows share the vectors. */
    private final class Samples {
        private final int number;
        private final int rows;
        private final int count;
        private final int width;
        private final float[] residual;
        private final int residualAt;
        private final float[] vectors;
        private final int vectorsAt;

        Samples(Tensor r, Tensor v) {
            boolean shared = v.shape().rank() == 2;
            number = shared ? 1 : r.shape().axis(0);
            rows = shared ? r.shape().rows() : r.shape().axis(1);
            count = v.shape().axis(-2);
            width = r.shape().last();
            residual = cpu.array(r);
            residualAt = offset(r);
            vectors = cpu.array(v);
            vectorsAt = offset(v);
        }

        /** Returns the position of a sample's first row. */
        int at(int sample) {
            return sample * rows * width;
        }

        /** {@code (rows, width)}. */
        Matrix residual(int sample) {
            return new Matrix(residual, residualAt + at(sample), width);
        }

        /** {@code (count, width)}. */
        Matrix vectors(int sample) {
            return new Matrix(vectors, vectorsAt + sample * count * width, width);
        }
    }

    /** Computes {@code kept = R Vᵀ} and {@code to = kept V} for one sample. */
    private void project(Samples samples, int sample, float[] kept, float[] to, int at) {
        int rows = samples.rows;
        int count = samples.count;
        int width = samples.width;
        Matrix vectors = samples.vectors(sample);
        gemm.run(samples.residual(sample), rows, width, vectors.transpose(), count, gemm.store(kept, 0, count));
        gemm.run(new Matrix(kept, 0, count), rows, count, vectors, width, gemm.store(to, at, width));
    }

    private void withScratch(Consumer<Scratch> work) {
        Scratch scratch = workers.borrow();
        try {
            work.accept(scratch);
        } finally {
            workers.giveBack(scratch);
        }
    }

    @Override
    public void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        Samples samples = new Samples(residual, vectors);
        int rows = samples.rows;
        int count = samples.count;
        int width = samples.width;
        float[] gradients = cpu.array(dOut);
        float[] to = cpu.array(dVectors);
        withScratch(scratch -> {
            float[] kept = scratch.floats(Use.COEFFICIENTS, rows * count);
            float[] dp = scratch.floats(Use.ACCUMULATOR, rows * width);
            float[] along = scratch.floats(Use.MATRICES, rows * count);
            for (int s = 0; s < samples.number; s++) {
                project(samples, s, kept, dp, 0);
                int first = samples.residualAt + samples.at(s);
                int gradient = offset(dOut) + s * rows;
                workers.rows(
                        rows,
                        width,
                        (row, own) -> toGradient(
                                samples.residual,
                                first + row * width,
                                dp,
                                row * width,
                                width,
                                gradients[gradient + row]));
                Matrix dProjection = new Matrix(dp, 0, width);
                int at = offset(dVectors) + s * count * width;
                Matrix shares = new Matrix(kept, 0, count).transpose();
                gemm.run(shares, count, rows, dProjection, width, gemm.store(to, at, width));
                Matrix v = samples.vectors(s).transpose();
                gemm.run(dProjection, rows, width, v, count, gemm.store(along, 0, count));
                Matrix turned = new Matrix(along, 0, count).transpose();
                gemm.run(turned, count, rows, samples.residual(s), width, gemm.add(to, at, width));
            }
        });
    }

    /**
     * Replaces a projection p by the gradient of {@code ½‖r/‖r‖ − p/‖p‖‖} with respect to p, times {@code dOut}. The
     * gradient is 0 where the distance is 0.
     */
    private void toGradient(float[] r, int at, float[] p, int to, int width, float dOut) {
        float f = 1 / norm(r, at, width);
        float g = 1 / norm(p, to, width);
        float twice = (float) Math.sqrt(loops.squaredDifference(r, at, f, p, to, g, width));
        float share = twice == 0 ? 0 : 0.5f * dOut / twice * g;
        // With d = p/‖p‖ − r/‖r‖, the component of the gradient across p is share·(d − ⟨d, p⟩ p/‖p‖²).
        float norm2 = loops.dot(p, to, p, to, width) * g * g;
        float along = norm2 - f * g * loops.dot(r, at, p, to, width);
        float ofP = share * g * (1 - along);
        float ofR = -share * f;
        loops.scale(p, to, ofP, p, to, width);
        loops.axpy(ofR, r, at, p, to, width);
    }

    @Override
    public void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        float[] c = cpu.array(cosine);
        float[] to = cpu.array(out);
        float[] d = distance == null ? null : cpu.array(distance);
        for (int i = 0; i < out.shape().size(); i++) {
            float away = 1 - 0.5f * (1 + c[offset(cosine) + i]);
            to[offset(out) + i] = d == null ? away : 0.5f * (1 - d[offset(distance) + i] + away);
        }
    }
}
