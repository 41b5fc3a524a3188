package dev.ideal4j.kernels.cpu.transformer;

import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.loops.Polynomials;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.host.CacheLine;
import java.util.Arrays;

/**
 * The attention of one head for as many queries as a tile has columns, over packed keys and values (online softmax).
 * Scores are kept transposed, with a row per key and a column per query. The tile of {@code k qᵀ} is then already the
 * packed operand of {@code vᵀ pᵀ}, and the softmax runs down the columns without crossing lanes.
 *
 * @param loops the inner loops
 * @param depth channels of a head
 * @param keys number of keys
 */
record HeadAttention(InnerLoops loops, int depth, int keys) {
    private static final int START = CacheLine.START;

    /**
     * The largest number of keys of a block, before rounding to tiles. The scores of a block stay in the second-level
     * cache.
     */
    private static final int BLOCK_KEYS = 2048;

    /** Returns the number of floats of a head's keys, packed as rows: {@code [key / height][depth][height]}. */
    int keysLength() {
        return Panels.length(keys, loops.tileRows(), depth);
    }

    /** Returns the number of floats of a head's values, packed as columns: {@code [channel / height][key][height]}. */
    int valuesLength() {
        return Panels.length(depth, loops.tileRows(), keys);
    }

    /** Returns the number of rows of a result: the depth, rounded up to whole tiles. */
    int rows() {
        return Panels.count(depth, loops.tileRows()) * loops.tileRows();
    }

    /** Returns the factor of the scores before the softmax, which is computed in powers of two. */
    float factor() {
        return (float) (Polynomials.LOG2_E / Math.sqrt(depth));
    }

    /** Returns the number of keys of a block. Blocks have about equal length and consist of whole tiles of scores. */
    private int block() {
        int tiles = Panels.count(keys, loops.tileRows());
        int blocks = Math.max(1, Panels.count(keys, BLOCK_KEYS));
        return Panels.count(tiles, blocks) * loops.tileRows();
    }

    /**
     * Computes the attention.
     *
     * @param packedKeys the keys of the head begin at {@code keysAt}
     * @param packedValues the values of the head begin at {@code valuesAt}
     * @param query {@code (depth, tileColumns)}, multiplied by {@link #factor}
     * @param bias added to the scores of each key, or null
     * @param out {@code (rows, tileColumns)}: a column per query; rows beyond the depth are overwritten as well
     */
    void run(
            float[] packedKeys,
            int keysAt,
            float[] packedValues,
            int valuesAt,
            float[] query,
            int queryAt,
            float[] bias,
            int biasAt,
            float[] out,
            int outAt,
            Scratch scratch) {
        int width = loops.tileColumns();
        int height = loops.tileRows();
        int block = block();
        float[] state = scratch.floats(Use.STATE, 5 * width);
        Arrays.fill(state, START, START + width, Float.NEGATIVE_INFINITY);
        Arrays.fill(state, START + width, START + 2 * width, 0);
        float[] scores = scratch.floats(Use.TILES, block * width);
        for (int start = 0; start < keys; start += block) {
            int some = Math.min(block, keys - start);
            for (int key = 0; key < some; key += height) {
                int at = keysAt + (start + key) * depth;
                loops.tile(depth, packedKeys, at, query, queryAt, scores, START + key * width, width, false);
            }
            if (bias != null) {
                addBias(scores, some, bias, biasAt + start);
            }
            loops.softmaxStep(scores, START, some, state, START);
            if (start > 0) {
                loops.multiplyRows(out, outAt, depth, state, START + 2 * width);
            }
            for (int row = 0; row < depth; row += height) {
                int at = valuesAt + row * keys + start * height;
                loops.tile(some, packedValues, at, scores, START, out, outAt + row * width, width, start > 0);
            }
        }
        for (int j = 0; j < width; j++) {
            state[START + 2 * width + j] = 1 / state[START + width + j];
        }
        loops.multiplyRows(out, outAt, depth, state, START + 2 * width);
    }

    private void addBias(float[] scores, int some, float[] bias, int at) {
        int width = loops.tileColumns();
        for (int key = 0; key < some; key++) {
            float added = bias[at + key] * Polynomials.LOG2_E;
            for (int j = key * width; j < (key + 1) * width; j++) {
                scores[START + j] += added;
            }
        }
    }
}
