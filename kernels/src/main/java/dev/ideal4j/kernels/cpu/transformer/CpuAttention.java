package dev.ideal4j.kernels.cpu.transformer;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.host.CacheLine;

/** Implements {@link Attention} by {@link HeadAttention}. */
public final class CpuAttention implements Attention.Implementation {

    private static final int START = CacheLine.START;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    private final CpuAttentionGradient training;

    public CpuAttention(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.training = new CpuAttentionGradient(cpu);
    }

    /** The rows of all heads of one sample. */
    private record Rows(float[] values, int offset, int stride) {}

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        int rows = qkv.shape().axis(1);
        int width = out.shape().last();
        for (int sample = 0; sample < qkv.shape().axis(0); sample++) {
            float[] values = cpu.array(qkv);
            int at = offset(qkv) + sample * rows * 3 * width;
            Rows q = new Rows(values, at, 3 * width);
            Rows k = new Rows(values, at + width, 3 * width);
            Rows v = new Rows(values, at + 2 * width, 3 * width);
            new Sample(heads, width / heads, rows, rows, null, 0).run(q, k, v, rows(out, sample));
        }
    }

    @Override
    public void rotate(Tensor qkv, int heads, Rotation rotation) {
        int tokens = qkv.shape().axis(1);
        int width = qkv.shape().last() / 3;
        int half = width / heads / 2;
        float[] values = cpu.array(qkv);
        float[] cosines = cpu.array(rotation.cosines());
        float[] sines = cpu.array(rotation.sines());
        // Queries and keys are the first two thirds of a row.
        workers.rows(qkv.shape().axis(0) * tokens, 2 * width, (row, scratch) -> {
            int cosine = offset(rotation.cosines()) + row % tokens * half;
            int sine = offset(rotation.sines()) + row % tokens * half;
            for (int head = 0; head < 2 * heads; head++) {
                int at = offset(qkv) + 3 * row * width + 2 * head * half;
                for (int i = 0; i < half; i++) {
                    float first = values[at + i];
                    float second = values[at + half + i];
                    values[at + i] = first * cosines[cosine + i] - second * sines[sine + i];
                    values[at + half + i] = second * cosines[cosine + i] + first * sines[sine + i];
                }
            }
        });
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        if (!dropout.isNone()) {
            training.forward(q, k, v, keyBias, heads, dropout, out);
            return;
        }
        int keys = k.shape().axis(1);
        float[] bias = keyBias == null ? null : cpu.array(keyBias);
        for (int sample = 0; sample < q.shape().axis(0); sample++) {
            int biasAt = keyBias == null ? 0 : offset(keyBias) + sample * heads * keys;
            new Sample(heads, q.shape().last() / heads, q.shape().axis(1), keys, bias, biasAt)
                    .run(rows(q, sample), rows(k, sample), rows(v, sample), rows(out, sample));
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
        training.gradient(q, k, v, keyBias, heads, dropout, dOut, dq, dk, dv);
    }

    private Rows rows(Tensor x, int sample) {
        int width = x.shape().last();
        return new Rows(cpu.array(x), offset(x) + sample * x.shape().axis(1) * width, width);
    }

    /** The attention of one sample. Keys and values are packed once per head. */
    private final class Sample {
        private final int heads;
        private final int depth;
        private final int queries;
        private final int keys;
        private final float[] bias;
        private final int biasAt;
        private final int height = loops.tileRows();
        private final int width = loops.tileColumns();
        private final HeadAttention attention;

        Sample(int heads, int depth, int queries, int keys, float[] bias, int biasAt) {
            this.heads = heads;
            this.depth = depth;
            this.queries = queries;
            this.keys = keys;
            this.bias = bias;
            this.biasAt = biasAt;
            this.attention = new HeadAttention(loops, depth, keys);
        }

        void run(Rows q, Rows k, Rows v, Rows out) {
            int keysLength = attention.keysLength();
            int valuesLength = attention.valuesLength();
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

        /** Computes one head for as many queries as a tile has columns. */
        private void attend(
                Rows q, float[] packedKeys, float[] packedValues, Rows out, int head, int first, Scratch scratch) {
            int count = Math.min(width, queries - first);
            float[] query = scratch.floats(Use.ROWS, width * depth);
            int from = q.offset + first * q.stride + head * depth;
            Panels.ofRows(q.values, from, q.stride, count, depth, width, query, START);
            loops.scale(query, START, attention.factor(), query, START, width * depth);
            float[] total = scratch.floats(Use.ACCUMULATOR, attention.rows() * width);
            attention.run(
                    packedKeys,
                    head * attention.keysLength(),
                    packedValues,
                    head * attention.valuesLength(),
                    query,
                    START,
                    bias,
                    biasAt + head * keys,
                    total,
                    START,
                    scratch);
            int to = out.offset + first * out.stride + head * depth;
            for (int j = 0; j < count; j++) {
                for (int row = 0; row < depth; row++) {
                    out.values[to + j * out.stride + row] = total[START + row * width + j];
                }
            }
        }
    }
}
