package dev.ideal4j.kernels.cpu.transformer;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.kernels.cpu.gemm.Gemm;
import dev.ideal4j.kernels.cpu.gemm.Matrix;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Attention for training: the forward pass with dropout, and the gradients. A task is one head of one sample. It holds
 * the weights of a block of queries, so that the gradients of keys and values are summed in a fixed order.
 */
final class CpuAttentionGradient {
    /** The number of queries whose weights are held at once. */
    private static final int QUERIES = 64;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    /** Matrix products within a task, computed by the thread of the task. */
    private final Gemm gemm;

    CpuAttentionGradient(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.gemm = new Gemm(loops, new Workers(1));
    }

    /**
     * Computes {@link Attention#cross(Tensor, Tensor, Tensor, Tensor, int, Dropout, Tensor)}. The caller has checked
     * the arguments.
     */
    void forward(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        float[] to = cpu.array(out);
        run(q, k, v, keyBias, heads, dropout, (head, block) -> {
            head.dropOut(block);
            Matrix weights = new Matrix(block.weights, 0, head.keys);
            int at = head.of(out, head.queries) + block.first * head.width;
            gemm.run(weights, block.count, head.keys, head.v(), head.depth, gemm.store(to, at, head.width));
        });
    }

    /** Computes {@link Attention#crossGradient}. */
    void gradient(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyBias,
            int heads,
            Dropout dropout,
            Tensor dOut,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        for (Tensor summed : new Tensor[] {dk, dv}) {
            if (summed != null) {
                int at = offset(summed);
                Arrays.fill(cpu.array(summed), at, at + (int) summed.shape().size(), 0);
            }
        }
        run(q, k, v, keyBias, heads, dropout, (head, block) -> {
            int count = block.count;
            Matrix d = new Matrix(cpu.array(dOut), head.of(dOut, head.queries) + block.first * head.width, head.width);
            float[] dWeights = block.scratch.floats(Use.VALUES, QUERIES * head.keys);
            gemm.run(d, count, head.depth, head.v().transpose(), head.keys, gemm.store(dWeights, 0, head.keys));
            head.scoreGradients(block, dWeights);
            Matrix dScores = new Matrix(dWeights, 0, head.keys);
            if (dv != null) {
                Matrix dropped = new Matrix(block.weights, 0, head.keys).transpose();
                Gemm.Sink sum = gemm.add(cpu.array(dv), head.of(dv, head.keys), head.width);
                gemm.run(dropped, head.keys, count, d, head.depth, sum);
            }
            if (dq != null) {
                int at = head.of(dq, head.queries) + block.first * head.width;
                Gemm.Sink store = gemm.store(cpu.array(dq), at, head.width);
                gemm.run(dScores, count, head.keys, head.k(), head.depth, store);
            }
            if (dk != null) {
                Gemm.Sink sum = gemm.add(cpu.array(dk), head.of(dk, head.keys), head.width);
                gemm.run(dScores.transpose(), head.keys, count, head.q(block.first), head.depth, sum);
            }
        });
    }

    /** The operation on the weights of a block of queries. */
    private interface Step {
        void run(Head head, Block block);
    }

    /** The softmax weights {@code (count, keys)} of the queries from {@code first} on, before dropout. */
    private record Block(int first, int count, float[] weights, Scratch scratch) {}

    private void run(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Step step) {
        workers.run(q.shape().axis(0) * heads, (task, scratch) -> {
            Head head = new Head(q, k, v, keyBias, heads, dropout, task / heads, task % heads);
            float[] weights = scratch.floats(Use.KEYS, QUERIES * head.keys);
            for (int first = 0; first < head.queries; first += QUERIES) {
                Block block = new Block(first, Math.min(QUERIES, head.queries - first), weights, scratch);
                head.weigh(block);
                step.run(head, block);
            }
        });
    }

    /** One head of one sample. */
    private final class Head {
        private final Tensor q;
        private final Tensor k;
        private final Tensor v;
        private final Tensor keyBias;
        private final Dropout dropout;
        private final int sample;
        private final int head;
        private final int heads;
        private final int width;
        private final int depth;
        private final int queries;
        private final int keys;
        private final float scale;

        Head(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, int sample, int head) {
            this.q = q;
            this.k = k;
            this.v = v;
            this.keyBias = keyBias;
            this.dropout = dropout;
            this.sample = sample;
            this.head = head;
            this.heads = heads;
            this.width = q.shape().last();
            this.depth = width / heads;
            this.queries = q.shape().axis(1);
            this.keys = k.shape().axis(1);
            this.scale = (float) (1 / Math.sqrt(depth));
        }

        /** Returns the position at which this head's part of a tensor of {@code rows} rows per sample begins. */
        int of(Tensor x, int rows) {
            return offset(x) + sample * rows * width + head * depth;
        }

        Matrix q(int first) {
            return new Matrix(cpu.array(q), of(q, queries) + first * width, width);
        }

        Matrix k() {
            return new Matrix(cpu.array(k), of(k, keys), width);
        }

        Matrix v() {
            return new Matrix(cpu.array(v), of(v, keys), width);
        }

        /** Computes the weights of a block. */
        void weigh(Block block) {
            float[] w = block.weights;
            gemm.run(q(block.first), block.count, depth, k().transpose(), keys, gemm.store(w, 0, keys));
            for (int i = 0; i < block.count; i++) {
                int at = i * keys;
                loops.scale(w, at, scale, w, at, keys);
                if (keyBias != null) {
                    int from = offset(keyBias) + (sample * heads + head) * keys;
                    loops.add(w, at, cpu.array(keyBias), from, w, at, keys);
                }
                float sum = loops.expSum(w, at, loops.max(w, at, keys), w, at, keys);
                loops.scale(w, at, 1 / sum, w, at, keys);
            }
        }

        /** Applies dropout to the weights of a block. */
        void dropOut(Block block) {
            if (!dropout.isNone()) {
                for (int i = 0; i < block.count * keys; i++) {
                    block.weights[i] *= dropout.factor(position(block) + i);
                }
            }
        }

        private long position(Block block) {
            return (((long) sample * heads + head) * queries + block.first) * keys;
        }

        /**
         * Replaces the gradients of the weights after dropout by the gradients of the unscaled products q·k, and
         * applies dropout to the weights.
         */
        void scoreGradients(Block block, float[] dWeights) {
            float[] w = block.weights;
            for (int i = 0; i < block.count; i++) {
                int at = i * keys;
                if (!dropout.isNone()) {
                    for (int j = at; j < at + keys; j++) {
                        dWeights[j] *= dropout.factor(position(block) + j);
                    }
                }
                float mean = loops.dot(w, at, dWeights, at, keys);
                for (int j = at; j < at + keys; j++) {
                    dWeights[j] = w[j] * (dWeights[j] - mean) * scale;
                }
            }
            dropOut(block);
        }
    }
}
