package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.kernels.cpu.Scratch.Use;

/** {@link Reductions}, row by row. */
final class CpuReductions implements Reductions {
    private final CpuBackend backend;
    private final InnerLoops loops;
    private final Workers workers;

    CpuReductions(CpuBackend backend, InnerLoops loops, Workers workers) {
        this.backend = backend;
        this.loops = loops;
        this.workers = workers;
    }

    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        Reductions.checkTopMean(x, k, out);
        int width = x.shape().last();
        float[] from = backend.array(x);
        float[] to = backend.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            float[] best = scratch.floats(Use.STATE, k);
            TopK top = new TopK(loops, k, best, 0, scratch.ints(k), 0);
            int at = offset(x) + row * width;
            top.offer(from, at, width, 0);
            // NaN ranks last, so it hides behind k numbers; it cannot hide in a sum.
            boolean numbers = !Float.isNaN(loops.sum(from, at, width)) || noneNaN(from, at, width);
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += best[i];
            }
            to[offset(out) + row] = numbers ? (float) (sum / k) : Float.NaN;
        });
    }

    private static boolean noneNaN(float[] x, int at, int n) {
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(x[at + i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        Reductions.checkNorm(x, out);
        int width = x.shape().last();
        float[] from = backend.array(x);
        float[] to = backend.array(out);
        workers.rows(x.shape().rows(), width, (row, scratch) -> {
            int at = offset(x) + row * width;
            to[offset(out) + row] = (float) Math.sqrt(loops.dot(from, at, from, at, width));
        });
    }
}
