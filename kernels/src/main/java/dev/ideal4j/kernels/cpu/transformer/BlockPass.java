package dev.ideal4j.kernels.cpu.transformer;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.gemm.WeightPanels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.host.CacheLine;
import java.util.Arrays;
import java.util.List;

/**
 * A pass through transformer blocks that keeps the tokens in panels, with a column per token and as many columns as a
 * tile ({@link TokenPanels}). All matrix products have the weights on the left and write their results in the layout
 * that the next product reads. No operand is packed in between, and LayerNorm runs down the columns. Between two
 * attentions, a thread takes some panels through the projection, the feed-forward layers and the next block's queries,
 * keys and values while the panels are in its second-level cache. Only the weights come from further away. The threads
 * synchronise before and after each attention.
 */
final class BlockPass {
    private static final int START = CacheLine.START;

    /** The number of floats of hidden channels that a thread holds at once. */
    private static final int HIDDEN_FLOATS = 1 << 16;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    private final List<CpuBlock> blocks;
    private final Tensor x;
    private final int width;
    private final int heads;
    private final int height;
    private final int columns;
    private final TokenPanels panels;
    private final HeadAttention attention;

    /** Cosines, then sines, of the tokens' angles, {@code (d/2, n)} each. Null if there is no rotation. */
    private final float[] angles;

    /** The residual stream to which the blocks add, {@code (panel, C, columns)}. */
    private final float[] stream;

    /** The queries {@code (panel, head, rows of a head, columns)}, multiplied by the factor of the scores. */
    private final float[] queries;

    private final float[] keys;
    private final float[] values;

    /** The results of attention, as right operands. */
    private final float[] attended;

    /**
     * Prepares a pass.
     *
     * @param blocks at least one; all have the same number of heads
     * @param rotation the rotation of every block, or null
     * @param x {@code (b, n, C)}, not empty; {@link #run} overwrites it with the result
     * @param shared holds the buffers of the whole pass
     */
    BlockPass(CpuRuntime cpu, List<CpuBlock> blocks, Rotation rotation, Tensor x, Scratch shared) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.blocks = blocks;
        this.x = x;
        int samples = x.shape().axis(0);
        int tokens = x.shape().axis(1);
        this.width = x.shape().last();
        this.heads = blocks.get(0).heads();
        this.height = loops.tileRows();
        this.columns = loops.tileColumns();
        this.panels = TokenPanels.of(samples, tokens, columns, workers.threads());
        this.attention = new HeadAttention(loops, width / heads, tokens);
        this.angles = rotation == null ? null : angles(rotation, tokens, width / heads / 2);
        this.stream = shared.floats(Use.STREAM, panels.count() * width * columns);
        this.queries = shared.floats(Use.QUERIES, panels.count() * heads * attention.rows() * columns);
        this.keys = shared.floats(Use.KEYS, samples * heads * attention.keysLength());
        this.values = shared.floats(Use.VALUES, samples * heads * attention.valuesLength());
        this.attended = shared.floats(Use.ATTENDED, panels.count() * operand(width));
    }

    private float[] angles(Rotation rotation, int tokens, int half) {
        float[] turned = new float[2 * half * tokens];
        float[] cosines = cpu.array(rotation.cosines());
        float[] sines = cpu.array(rotation.sines());
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < half; i++) {
                turned[i * tokens + token] = cosines[offset(rotation.cosines()) + token * half + i];
                turned[(half + i) * tokens + token] = sines[offset(rotation.sines()) + token * half + i];
            }
        }
        return turned;
    }

    void run() {
        workers.run(panels.groups(), (number, scratch) -> {
            Group group = new Group(number, scratch);
            group.enter();
            group.project(blocks.get(0));
        });
        for (int i = 0; i < blocks.size(); i++) {
            CpuBlock block = blocks.get(i);
            CpuBlock next = i + 1 < blocks.size() ? blocks.get(i + 1) : null;
            workers.run(panels.count() * heads, this::attend);
            workers.run(panels.groups(), (number, scratch) -> {
                Group group = new Group(number, scratch);
                group.addAttention(block);
                group.addFeedForward(block);
                if (next != null) {
                    group.project(next);
                } else {
                    group.leave();
                }
            });
        }
    }

    /** Returns the number of floats of a panel as a right operand: its channels, and ones for the bias. */
    private int operand(int channels) {
        return (channels + 1) * columns;
    }

    private void ones(float[] operand, int at) {
        Arrays.fill(operand, at, at + columns, 1);
    }

    /** Computes one head of one panel. */
    private void attend(int task, Scratch scratch) {
        int head = panels.head(task, heads);
        int panel = panels.panel(task, heads);
        int ofAll = panels.sample(panel) * heads + head;
        int depth = attention.depth();
        float[] result = scratch.floats(Use.ACCUMULATOR, attention.rows() * columns);
        attention.run(
                keys,
                ofAll * attention.keysLength(),
                values,
                ofAll * attention.valuesLength(),
                queries,
                START + (panel * heads + head) * attention.rows() * columns,
                null,
                0,
                result,
                START,
                scratch);
        int to = START + panel * operand(width);
        System.arraycopy(result, START, attended, to + head * depth * columns, depth * columns);
        if (head == 0) {
            ones(attended, to + width * columns);
        }
    }

    /** A group of panels between two attentions, processed by one thread. */
    private final class Group {
        private final int first;
        private final int last;
        private final Scratch scratch;
        private final float[] normed;
        private final float[] sums;
        /** The number of floats of a panel of the sums, rounded up to whole tiles. */
        private final int sum = Panels.count(width, height) * height * columns;

        Group(int number, Scratch scratch) {
            this.first = panels.first(number);
            this.last = panels.last(number);
            this.scratch = scratch;
            this.normed = scratch.floats(Use.NORMED, panels.group() * operand(width));
            this.sums = scratch.floats(Use.ACCUMULATOR, panels.group() * sum);
        }

        private int size() {
            return last - first;
        }

        private int streamAt(int panel) {
            return START + panel * width * columns;
        }

        void enter() {
            float[] rows = cpu.array(x);
            for (int panel = first; panel < last; panel++) {
                int from = offset(x) + panels.row(panel) * width;
                Panels.ofRows(rows, from, width, panels.valid(panel), width, columns, stream, streamAt(panel));
            }
        }

        void leave() {
            float[] rows = cpu.array(x);
            for (int panel = first; panel < last; panel++) {
                int from = streamAt(panel);
                int to = offset(x) + panels.row(panel) * width;
                for (int token = 0; token < panels.valid(panel); token++, from++, to += width) {
                    for (int channel = 0; channel < width; channel++) {
                        rows[to + channel] = stream[from + channel * columns];
                    }
                }
            }
        }

        /** Computes queries, keys and values. */
        void project(CpuBlock block) {
            norm(block.norm1());
            WeightPanels qkv = block.qkv();
            float[] weights = cpu.array(qkv.panels());
            float[] tile = scratch.floats(Use.TILES, height * columns);
            int section = heads * attention.rows();
            for (int row = 0; row < qkv.rows(); row += height) {
                for (int panel = first; panel < last; panel++) {
                    int from = START + (panel - first) * operand(width);
                    boolean isQuery = row < section;
                    float[] to = isQuery ? queries : tile;
                    int at = isQuery ? START + (panel * section + row) * columns : START;
                    loops.tile(qkv.depth(), weights, qkv.at(row), normed, from, to, at, columns, false);
                    if (row >= 2 * section) {
                        storeValues(tile, row - 2 * section, panel);
                    } else if (!isQuery) {
                        storeKeys(tile, row - section, panel);
                    }
                }
            }
            for (int panel = first; angles != null && panel < last; panel++) {
                rotate(panel);
            }
        }

        /** Rotates the queries and keys of a panel. */
        private void rotate(int panel) {
            int begin = panels.token(panel);
            int end = begin + panels.valid(panel);
            int depth = attention.depth();
            for (int head = 0; head < heads; head++) {
                int query = START + (panel * heads + head) * attention.rows() * columns;
                rotate(queries, query, columns, begin, end);
                int key = (panels.sample(panel) * heads + head) * attention.keysLength();
                for (int token = begin; token < end; ) {
                    int within = token % height;
                    int run = Math.min(height - within, end - token);
                    rotate(keys, key + (token - within) * depth + within, height, token, token + run);
                    token += run;
                }
            }
        }

        /**
         * Rotates the channels of a head, one row each, for some tokens.
         *
         * @param at position of the first channel of the first token
         * @param stride distance between two channels
         */
        private void rotate(float[] rows, int at, int stride, int begin, int end) {
            int tokens = panels.tokens();
            int half = attention.depth() / 2;
            for (int i = 0; i < half; i++) {
                int one = at + i * stride;
                int other = one + half * stride;
                int cosine = i * tokens;
                int sine = cosine + half * tokens;
                for (int token = begin; token < end; token++, one++, other++) {
                    float first = rows[one];
                    float second = rows[other];
                    rows[one] = first * angles[cosine + token] - second * angles[sine + token];
                    rows[other] = second * angles[cosine + token] + first * angles[sine + token];
                }
            }
        }

        /** Stores a tile of keys in the layout of {@link HeadAttention}. */
        private void storeKeys(float[] tile, int row, int panel) {
            int depth = attention.depth();
            int channel = row % attention.rows();
            int channels = Math.min(height, depth - channel);
            int head = panels.sample(panel) * heads + row / attention.rows();
            int begin = panels.token(panel);
            int end = begin + panels.valid(panel);
            for (int token = begin; token < end; ) {
                int within = token % height;
                int run = Math.min(height - within, end - token);
                int to = head * attention.keysLength() + (token - within) * depth + channel * height + within;
                int from = START + token - begin;
                for (int i = 0; i < channels; i++, to += height, from += columns) {
                    for (int j = 0; j < run; j++) {
                        keys[to + j] = tile[from + j];
                    }
                }
                token += run;
            }
        }

        /** Stores a tile of values in the layout of {@link HeadAttention}. */
        private void storeValues(float[] tile, int row, int panel) {
            int head = panels.sample(panel) * heads + row / attention.rows();
            int channel = row % attention.rows();
            int to = head * attention.valuesLength() + channel * panels.tokens() + panels.token(panel) * height;
            for (int j = 0; j < panels.valid(panel); j++, to += height) {
                for (int i = 0; i < height; i++) {
                    values[to + i] = tile[START + i * columns + j];
                }
            }
        }

        void addAttention(CpuBlock block) {
            int length = operand(width);
            multiply(block.projection(), 0, width + 1, attended, START + first * length, length, false);
            addSums(block.scale1());
        }

        /** Adds the feed-forward layers, some hidden channels at a time. */
        void addFeedForward(CpuBlock block) {
            norm(block.norm2());
            int hidden = block.hidden();
            int tiles = Panels.count(hidden, height);
            int most = Math.max(1, HIDDEN_FLOATS / (panels.group() * columns * height));
            int part = Panels.count(tiles, Panels.count(tiles, most)) * height;
            int length = operand(part);
            float[] expanded = scratch.floats(Use.HIDDEN, panels.group() * length);
            for (int channel = 0; channel < hidden; channel += part) {
                int channels = Math.min(part, hidden - channel);
                for (int i = 0; i < channels; i += height) {
                    for (int panel = 0; panel < size(); panel++) {
                        expand(block, channel + i, panel, expanded, START + panel * length + i * columns);
                    }
                }
                boolean isLast = channel + channels == hidden;
                for (int panel = 0; isLast && panel < size(); panel++) {
                    ones(expanded, START + panel * length + channels * columns);
                }
                int depth = isLast ? channels + 1 : channels;
                multiply(block.contract(), channel, depth, expanded, START, length, channel > 0);
            }
            addSums(block.scale2());
        }

        /** Computes a tile of hidden channels, starting with {@code channel}. */
        private void expand(CpuBlock block, int channel, int panel, float[] to, int at) {
            WeightPanels weight = block.expand();
            float[] weights = cpu.array(weight.panels());
            int from = START + panel * operand(width);
            int size = height * columns;
            if (block.gated()) {
                float[] pair = scratch.floats(Use.TILES, 2 * size);
                int gate = weight.at(2 * channel);
                int value = weight.at(2 * channel + height);
                loops.tile(weight.depth(), weights, gate, normed, from, pair, START, columns, false);
                loops.tile(weight.depth(), weights, value, normed, from, pair, START + size, columns, false);
                loops.siluGate(pair, START, pair, START + size, to, at, size);
            } else {
                loops.tile(weight.depth(), weights, weight.at(channel), normed, from, to, at, columns, false);
                loops.activate(block.activation(), to, at, to, at, size);
            }
        }

        /** Applies LayerNorm to the panels and stores them as right operands. */
        private void norm(BlockWeights.Norm norm) {
            float[] gamma = cpu.array(norm.gamma());
            float[] beta = cpu.array(norm.beta());
            float[] state = scratch.floats(Use.STATE, 2 * columns);
            for (int panel = first; panel < last; panel++) {
                int from = streamAt(panel);
                int to = START + (panel - first) * operand(width);
                loops.standardizeColumns(
                        stream,
                        from,
                        width,
                        gamma,
                        offset(norm.gamma()),
                        beta,
                        offset(norm.beta()),
                        norm.eps(),
                        state,
                        START,
                        normed,
                        to);
                ones(normed, to + width * columns);
            }
        }

        /**
         * Multiplies a layer by right operands and stores the products in the sums.
         *
         * @param input the first input of the layer that the operands hold
         * @param depth number of inputs; the step after the last input is the bias
         * @param operandAt position at which the first panel's operand begins
         * @param length distance between the operands of two panels
         * @param add whether to add to the sums instead of overwriting them
         */
        private void multiply(
                WeightPanels layer, int input, int depth, float[] operands, int operandAt, int length, boolean add) {
            float[] weights = cpu.array(layer.panels());
            for (int row = 0; row < layer.rows(); row += height) {
                int at = layer.at(row) + input * height;
                for (int panel = 0; panel < size(); panel++) {
                    int from = operandAt + panel * length;
                    int to = START + panel * sum + row * columns;
                    loops.tile(depth, weights, at, operands, from, sums, to, columns, add);
                }
            }
        }

        /** Adds the sums to the stream, multiplied by the LayerScale if there is one. */
        private void addSums(Tensor scale) {
            for (int panel = first; panel < last; panel++) {
                int to = streamAt(panel);
                int from = START + (panel - first) * sum;
                if (scale == null) {
                    loops.add(stream, to, sums, from, stream, to, width * columns);
                    continue;
                }
                float[] factors = cpu.array(scale);
                for (int row = 0; row < width; row++, to += columns, from += columns) {
                    loops.axpy(factors[offset(scale) + row], sums, from, stream, to, columns);
                }
            }
        }
    }
}
