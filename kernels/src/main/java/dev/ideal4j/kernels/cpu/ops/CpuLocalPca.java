package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Implements {@link LocalPca} for several targets at a time. Their Gram matrices are computed one by one and then
 * decomposed together by {@link InnerLoops#jacobi}, one matrix per lane.
 */
public final class CpuLocalPca implements LocalPca.Implementation {
    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuLocalPca(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        int rows = targets.shape().rows();
        int lanes = loops.lanes();
        workers.run(Panels.count(rows, lanes), (group, scratch) -> {
            int first = group * lanes;
            int count = Math.min(lanes, rows - first);
            new Group(targets, references, similarities, indices, rank, strength, out, scratch).erase(first, count);
        });
    }

    /** The work on as many targets as there are lanes, in the buffers of one thread. */
    private final class Group {
        private final int k;
        private final int width;
        private final int rank;
        private final float strength;
        private final float[] targets;
        private final int targetsAt;
        private final float[] references;
        private final int referencesAt;
        private final int size;
        private final float[] similarities;
        private final int similaritiesAt;
        private final int[] indices;
        private final int indicesAt;
        private final float[] out;
        private final int outAt;

        private final int lanes = loops.lanes();
        /**
         * The scaled neighbours of all targets, {@code (lanes, k, width)}, followed by the directions of one target,
         * {@code (rank, width)}.
         */
        private final float[] x;
        /** {@code (lanes, width)}. */
        private final float[] centres;
        /** {@code (lanes, k)}: square roots of the weights. */
        private final float[] roots;
        /** {@code (k, k, lanes)}: Gram matrices, later eigenvalues, divided by their traces. */
        private final float[] gram;
        /** {@code (k, k, lanes)}: eigenvectors. */
        private final float[] vectors;
        /** The trace of the Gram matrix of each lane, followed by k numbers of working memory. */
        private final float[] traces;

        Group(
                Tensor targets,
                Tensor references,
                Tensor similarities,
                Indices indices,
                int rank,
                float strength,
                Tensor out,
                Scratch scratch) {
            this.k = similarities.shape().last();
            this.width = targets.shape().last();
            this.rank = rank;
            this.strength = strength;
            this.targets = cpu.array(targets);
            this.targetsAt = offset(targets);
            this.references = cpu.array(references);
            this.referencesAt = offset(references);
            this.size = references.shape().axis(0);
            this.similarities = cpu.array(similarities);
            this.similaritiesAt = offset(similarities);
            this.indices = cpu.array(indices);
            this.indicesAt = (int) indices.offset();
            this.out = cpu.array(out);
            this.outAt = offset(out);
            this.x = scratch.floats(Use.ROWS, (lanes * k + rank) * width);
            this.centres = scratch.floats(Use.ROW_PANELS, lanes * width);
            this.roots = scratch.floats(Use.COEFFICIENTS, lanes * k);
            this.gram = scratch.floats(Use.MATRICES, k * k * lanes);
            this.vectors = scratch.floats(Use.VECTORS, k * k * lanes);
            this.traces = scratch.floats(Use.STATE, lanes + k);
        }

        void erase(int first, int count) {
            Arrays.fill(gram, 0, k * k * lanes, 0);
            boolean erases = rank > 0 && strength != 0;
            for (int lane = 0; lane < count; lane++) {
                centre(first + lane, lane);
                scale(lane);
                gram(lane);
            }
            if (erases) {
                loops.jacobi(k, gram, vectors);
            }
            for (int lane = 0; lane < count; lane++) {
                int to = outAt + (first + lane) * width;
                loops.centre(targets, targetsAt + (first + lane) * width, centres, lane * width, 1, out, to, width);
                if (!Float.isFinite(loops.sum(out, to, width)) || !Float.isFinite(traces[lane])) {
                    Arrays.fill(out, to, to + width, Float.NaN);
                } else if (erases) {
                    project(directions(lane), to);
                }
            }
        }

        /** Returns the position in x at which the scaled neighbours of a lane's target begin. */
        private int neighbours(int lane) {
            return lane * k * width;
        }

        private void gather(int target, int lane) {
            for (int i = 0; i < k; i++) {
                int index = indices[indicesAt + target * k + i];
                if (index < 0 || index >= size) {
                    throw new InvalidInputException("indices", Integer.toString(index), "0 to " + (size - 1));
                }
                System.arraycopy(references, referencesAt + index * width, x, neighbours(lane) + i * width, width);
            }
        }

        /** Gathers a target's neighbours and computes their weights and their weighted mean. */
        private void centre(int target, int lane) {
            gather(target, lane);
            int at = similaritiesAt + target * k;
            int to = lane * k;
            float sum = loops.expSum(similarities, at, loops.max(similarities, at, k), roots, to, k);
            loops.scale(roots, to, 1 / sum, roots, to, k);
            loops.combine(k, x, neighbours(lane), width, roots, to, centres, lane * width, width);
            for (int i = 0; i < k; i++) {
                roots[to + i] = (float) Math.sqrt(roots[to + i] + LocalPca.WEIGHT_EPS);
            }
        }

        private void scale(int lane) {
            for (int i = 0; i < k; i++) {
                int at = neighbours(lane) + i * width;
                loops.centre(x, at, centres, lane * width, roots[lane * k + i], x, at, width);
            }
        }

        private void gram(int lane) {
            float trace = 0;
            for (int i = 0; i < k; i++) {
                int row = neighbours(lane) + i * width;
                loops.dots(k - i, x, row, width, x, row, width, traces, lanes);
                trace += traces[lanes];
                for (int j = i; j < k; j++) {
                    gram[(i * k + j) * lanes + lane] = traces[lanes + j - i];
                }
            }
            traces[lane] = trace;
            float unit = trace > 0 ? 1 / trace : 1;
            for (int i = lane; i < k * k * lanes; i += lanes) {
                gram[i] *= unit;
            }
        }

        /** Computes the directions of a target's leading eigenvectors, with length 1, and returns their number. */
        private int directions(int lane) {
            float noise = 0;
            for (int r = 0; r < rank; r++) {
                int best = largestEigenvalue(lane);
                float eigenvalue = gram[best * (k + 1) * lanes + lane] * traces[lane];
                if (r == 0) {
                    noise = LocalPca.EIGENVALUE_NOISE * eigenvalue;
                }
                if (!(eigenvalue > noise)) {
                    return r;
                }
                gram[best * (k + 1) * lanes + lane] = Float.NEGATIVE_INFINITY;
                for (int i = 0; i < k; i++) {
                    traces[lanes + i] = vectors[(best * k + i) * lanes + lane];
                }
                int at = direction(r);
                loops.combine(k, x, neighbours(lane), width, traces, lanes, x, at, width);
                float length = (float) (1 / Math.sqrt(eigenvalue + LocalPca.EIGENVALUE_EPS));
                float norm = length * (float) Math.sqrt(loops.dot(x, at, x, at, width));
                loops.scale(x, at, length / Math.max(norm, LocalPca.NORM_EPS), x, at, width);
            }
            return rank;
        }

        private int largestEigenvalue(int lane) {
            int best = 0;
            for (int i = 1; i < k; i++) {
                if (gram[i * (k + 1) * lanes + lane] > gram[best * (k + 1) * lanes + lane]) {
                    best = i;
                }
            }
            return best;
        }

        /** Returns the position in x at which a direction begins. */
        private int direction(int number) {
            return (lanes * k + number) * width;
        }

        private void project(int count, int at) {
            loops.dots(count, x, direction(0), width, out, at, width, traces, lanes);
            for (int r = 0; r < count; r++) {
                loops.axpy(-strength * traces[lanes + r], x, direction(r), out, at, width);
            }
        }
    }
}
