package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.kernels.cpu.Scratch.Use;
import dev.ideal4j.kernels.host.CacheLine;
import java.util.Arrays;

/**
 * {@link Attention} in one pass over blocks of keys (online softmax). Scores are kept transposed, a row per key and a
 * column per query: the tile of {@code k qᵀ} is then already the packed operand of {@code vᵀ pᵀ}, and the softmax runs
 * down the columns without crossing lanes. Keys and values are packed once per head.
 */
final class CpuAttention implements Attention {

    private static final int START = CacheLine.START;

    /** Keys of a block: its scores stay in the second-level cache. */
    private static final int BLOCK_KEYS = 2048;

    private final CpuBackend backend;
    private final InnerLoops loops;
    private final Workers workers;
    private final CpuAttentionGradient training;

    CpuAttention(CpuBackend backend, InnerLoops loops, Workers workers) {
        this.backend = backend;
        this.loops = loops;
        this.workers = workers;
        this.training = new CpuAttentionGradient(backend, loops, workers);
    }

    /** Rows of all heads of one sample. */
    private record Rows(float[] values, int offset, int stride) {}

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        Attention.checkSelf(qkv, heads, out);
        int rows = qkv.shape().axis(1);
        int width = out.shape().last();
        for (int sample = 0; sample < qkv.shape().axis(0); sample++) {
            float[] values = backend.array(qkv);
            int at = offset(qkv) + sample * rows * 3 * width;
            Rows q = new Rows(values, at, 3 * width);
            Rows k = new Rows(values, at + width, 3 * width);
            Rows v = new Rows(values, at + 2 * width, 3 * width);
            new Sample(heads, width / heads, rows, rows, null, 0).run(q, k, v, rows(out, sample));
        }
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Tensor out) {
        Attention.checkCross(q, k, v, keyBias, heads, out);
        int keys = k.shape().axis(1);
        float[] bias = keyBias == null ? null : backend.array(keyBias);
        for (int sample = 0; sample < q.shape().axis(0); sample++) {
            int biasAt = keyBias == null ? 0 : offset(keyBias) + sample * heads * keys;
            new Sample(heads, q.shape().last() / heads, q.shape().axis(1), keys, bias, biasAt)
                    .run(rows(q, sample), rows(k, sample), rows(v, sample), rows(out, sample));
        }
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        if (dropout.isNone()) {
            cross(q, k, v, keyBias, heads, out);
        } else {
            Attention.checkCross(q, k, v, keyBias, heads, out);
            training.forward(q, k, v, keyBias, heads, dropout, out);
        }
    }

    @Override
    public void crossGradient(
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
        Attention.checkCrossGradient(q, k, v, keyBias, heads, dOut, dq, dk, dv);
        training.gradient(q, k, v, keyBias, heads, dropout, dOut, dq, dk, dv);
    }

    private Rows rows(Tensor x, int sample) {
        int width = x.shape().last();
        return new Rows(backend.array(x), offset(x) + sample * x.shape().axis(1) * width, width);
    }

    /** The attention of one sample. */
    private final class Sample {
        private final int heads;
        private final int depth;
        private final int queries;
        private final int keys;
        private final float[] bias;
        private final int biasAt;
        private final int height = loops.tileRows();
        private final int width = loops.tileColumns();
        private final int block;
        private final int keysLength;
        private final int valuesLength;

        Sample(int heads, int depth, int queries, int keys, float[] bias, int biasAt) {
            this.heads = heads;
            this.depth = depth;
            this.queries = queries;
            this.keys = keys;
            this.bias = bias;
            this.biasAt = biasAt;
            // Blocks of about equal length, which consist of whole tiles of scores.
            int tiles = Panels.count(keys, height);
            int blocks = Math.max(1, Panels.count(keys, BLOCK_KEYS));
            this.block = Panels.count(tiles, blocks) * height;
            this.keysLength = Panels.length(keys, height, depth);
            this.valuesLength = Panels.length(depth, height, keys);
        }

        void run(Rows q, Rows k, Rows v, Rows out) {
            Scratch shared = workers.borrow();
            try {
                float[] packedKeys = shared.floats(Use.KEYS, heads * keysLength);
                float[] packedValues = shared.floats(Use.VALUES, heads * valuesLength);
                workers.run(2 * heads, (task, scratch) -> {
                    int head = task / 2;
                    if (task % 2 == 0) {
                        int from = k.offset + head * depth;
                        Panels.ofRows(k.values, from, k.stride, keys, depth, height, packedKeys, head * keysLength);
                    } else {
                        int from = v.offset + head * depth;
                        Panels.ofColumns(
                                v.values, from, v.stride, depth, keys, height, packedValues, head * valuesLength);
                    }
                });
                int blocks = Panels.count(queries, width);
                workers.run(heads * blocks, (task, scratch) -> {
                    int first = task % blocks * width;
                    attend(q, packedKeys, packedValues, out, task / blocks, first, scratch);
                });
            } finally {
                workers.giveBack(shared);
            }
        }

        /** One head, as many queries as a tile has columns. */
        private void attend(
                Rows q, float[] packedKeys, float[] packedValues, Rows out, int head, int first, Scratch scratch) {
            int count = Math.min(width, queries - first);
            float[] query = scratch.floats(Use.ROWS, width * depth);
            int from = q.offset + first * q.stride + head * depth;
            Panels.ofRows(q.values, from, q.stride, count, depth, width, query, START);
            loops.scale(query, START, (float) (Polynomials.LOG2_E / Math.sqrt(depth)), query, START, width * depth);

            float[] state = scratch.floats(Use.STATE, 5 * width);
            Arrays.fill(state, START, START + width, Float.NEGATIVE_INFINITY);
            Arrays.fill(state, START + width, START + 2 * width, 0);
            int padded = Panels.count(depth, height) * height;
            float[] total = scratch.floats(Use.ACCUMULATOR, padded * width);
            float[] scores = scratch.floats(Use.TILES, block * width);
            for (int start = 0; start < keys; start += block) {
                int some = Math.min(block, keys - start);
                scores(packedKeys, head * keysLength, start, some, query, scores);
                if (bias != null) {
                    addBias(scores, some, biasAt + head * keys + start);
                }
                loops.softmaxStep(scores, START, some, state, START);
                if (start > 0) {
                    loops.multiplyRows(total, START, depth, state, START + 2 * width);
                }
                for (int row = 0; row < depth; row += height) {
                    int at = head * valuesLength + row * keys + start * height;
                    loops.tile(some, packedValues, at, scores, START, total, START + row * width, width, start > 0);
                }
            }
            store(total, state, out, head, first, count);
        }

        /** {@code k qᵀ} of a block of keys. */
        private void scores(float[] packedKeys, int keysAt, int start, int some, float[] query, float[] scores) {
            for (int key = 0; key < some; key += height) {
                int at = keysAt + (start + key) * depth;
                loops.tile(depth, packedKeys, at, query, START, scores, START + key * width, width, false);
            }
        }

        private void addBias(float[] scores, int some, int at) {
            for (int key = 0; key < some; key++) {
                float added = bias[at + key] * Polynomials.LOG2_E;
                for (int j = key * width; j < (key + 1) * width; j++) {
                    scores[START + j] += added;
                }
            }
        }

        /** Divides by the sums of the softmax and turns columns back into rows. */
        private void store(float[] total, float[] state, Rows out, int head, int first, int count) {
            for (int j = 0; j < width; j++) {
                state[START + 2 * width + j] = 1 / state[START + width + j];
            }
            int to = out.offset + first * out.stride + head * depth;
            loops.multiplyRows(total, START, depth, state, START + 2 * width);
            for (int j = 0; j < count; j++) {
                for (int row = 0; row < depth; row++) {
                    out.values[to + j * out.stride + row] = total[START + row * width + j];
                }
            }
        }
    }
}
