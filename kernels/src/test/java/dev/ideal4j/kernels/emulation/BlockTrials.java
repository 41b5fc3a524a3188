package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** {@code block_*.cu}: the kernels that hand rows in bf16 to each other, each against {@link Bf16Model}. */
final class BlockTrials {
    private static final String NORM = "block_layernorm.cu";
    private static final String PRODUCTS = "block_products.cu";
    private static final List<String> ATTENTIONS = List.of("block_attention", "block_attention_128");
    private static final int SIDE = CudaSources.number(PRODUCTS, "SIDE");
    private static final int DEPTH = CudaSources.number(PRODUCTS, "DEPTH");
    private static final int HEAD = CudaSources.number(ATTENTIONS.get(0) + ".cu", "WIDTH");

    /** Of the largest value, beside elements that round the other way. */
    private static final double TOLERANCE = 2e-6;

    /** The share of elements that may round the other way, because float32 sums differ from float64's. */
    private static final double FLIPS = 1e-3;

    /** As a weight of the softmax that rounds the other way moves all results of its query. */
    private static final double ATTENTION_TOLERANCE = 1e-4;

    private static final double ATTENTION_FLIPS = 1e-2;

    private final Bf16Model model;

    BlockTrials(Backend reference) {
        this.model = new Bf16Model(reference);
    }

    Stream<EmulatedTrial> all() {
        return Stream.of(
                        Stream.of(norm(3, 9, 384), norm(3, 300, 64), norm(6, 8, 768), norm(12, 17, 1536)),
                        Stream.of(true, false)
                                .flatMap(tiles -> Stream.of(
                                        product(tiles, 130, 192, 384, Activation.NONE, true),
                                        product(tiles, 1, 64, 64, Activation.NONE, false))),
                        Stream.of(Activation.values()).map(each -> product(true, 20, 128, 192, each, false)),
                        ATTENTIONS.stream()
                                .flatMap(kernel -> Stream.of(
                                        attention(kernel, 2, 17, 2, false),
                                        attention(kernel, 1, 1, 1, false),
                                        attention(kernel, 1, 128, 1, false),
                                        attention(kernel, 1, 200, 1, true))))
                .flatMap(each -> each);
    }

    /** A transformer's. */
    Stream<EmulatedTrial> large() {
        return Stream.concat(
                Stream.of(
                        norm(3, 1025, 384),
                        product(false, 1025, 1152, 384, Activation.NONE, false),
                        product(true, 1025, 1536, 384, Activation.GELU, false),
                        product(true, 257, 192, 6400, Activation.NONE, false)),
                ATTENTIONS.stream().map(kernel -> attention(kernel, 2, 1025, 6, false)));
    }

    private EmulatedTrial norm(int parts, int rows, int width) {
        String name = rows + " rows of " + width;
        float[] x = EmulatedTrial.values("x" + name, rows * width);
        float[] gamma = EmulatedTrial.values("gamma" + name, width);
        float[] beta = EmulatedTrial.values("beta" + name, width);
        return new EmulatedTrial(
                name,
                NORM,
                device -> {
                    Buffer out = tiles(device, rows, width);
                    device.launch(
                            "block_layernorm_" + parts,
                            Launch.of(
                                    blocks(rows, CudaSources.number(NORM, "ROWS")),
                                    CudaSources.number(NORM, "THREADS")),
                            device.upload(x),
                            device.upload(gamma),
                            device.upload(beta),
                            Bf16Model.EPS,
                            out,
                            rows,
                            width);
                    return fromTiles(device.readInts(out), rows, width);
                },
                model.norm(x, gamma, beta),
                TOLERANCE,
                null,
                false, // the kernel has no barrier
                0,
                FLIPS);
    }

    private EmulatedTrial product(
            boolean toTiles, int rows, int columns, int k, Activation activation, boolean mutants) {
        String name = rows + "x" + columns + "x" + k + " " + activation + (toTiles ? " to tiles" : " to rows");
        float[] x = EmulatedTrial.bf16(EmulatedTrial.values("x" + name, rows * k));
        float[] weight = EmulatedTrial.bf16(EmulatedTrial.values("weight" + name, columns * k));
        float[] bias = EmulatedTrial.values("bias" + name, columns);
        return new EmulatedTrial(
                name,
                PRODUCTS,
                device -> {
                    Buffer out = toTiles ? tiles(device, rows, columns) : device.allocate(2 * rows * columns);
                    device.launch(
                            toTiles ? "block_product_tiles" : "block_product_rows",
                            new Launch(
                                    blocks(rows, SIDE) * blocks(columns, SIDE),
                                    1,
                                    1,
                                    CudaSources.number(PRODUCTS, "THREADS"),
                                    CudaSources.number(PRODUCTS, "SHARED_BYTES")),
                            device.upload(toTiles(x, rows, k)),
                            device.upload(toTiles(weight, columns, k)),
                            out,
                            rows,
                            columns,
                            k / DEPTH,
                            device.upload(bias),
                            activation.ordinal());
                    int[] words = device.readInts(out);
                    return toTiles ? fromTiles(words, rows, columns) : unpacked(words);
                },
                EmulatedTrial.bf16(model.linear(x, weight, bias, activation)),
                TOLERANCE,
                null,
                mutants,
                0,
                FLIPS);
    }

    private EmulatedTrial attention(String kernel, int samples, int tokens, int heads, boolean mutants) {
        String name = samples + "x" + tokens + " tokens, heads " + heads;
        int width = heads * HEAD;
        int rows = samples * tokens;
        float[] qkv = EmulatedTrial.values("qkv" + name, 3 * rows * width);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                qkv[row * 3 * width + i] *= 4; // scores of a few units, so that the weights differ
            }
        }
        float[] rounded = EmulatedTrial.bf16(qkv);
        return new EmulatedTrial(
                name,
                kernel + ".cu",
                device -> {
                    Buffer out = tiles(device, rows, width);
                    device.launch(
                            kernel,
                            new Launch(
                                    blocks(tokens, CudaSources.number(kernel + ".cu", "QUERIES")),
                                    heads,
                                    samples,
                                    CudaSources.number(kernel + ".cu", "THREADS"),
                                    CudaSources.number(kernel + ".cu", "BYTES")),
                            device.upload(packed(rounded)),
                            out,
                            tokens,
                            0.125f);
                    return fromTiles(device.readInts(out), rows, width);
                },
                Bf16Model.attention(rounded, samples, tokens, heads),
                ATTENTION_TOLERANCE,
                null,
                mutants,
                0,
                ATTENTION_FLIPS);
    }

    private static int blocks(int count, int size) {
        return (count + size - 1) / size;
    }

    private static Buffer tiles(TrialDevice device, int rows, int width) {
        return device.allocate(2 * blocks(rows, SIDE) * SIDE * width);
    }

    /** Where a word of two elements lies in tiles of 128 rows of 32 words. */
    private static int place(int row, int word, int width) {
        int tile = row / SIDE * (width / DEPTH) + word / 32;
        return tile * SIDE * 32 + row % SIDE * 32 + (word % 32 / 4 ^ row % 8) * 4 + word % 4;
    }

    /** Rows as tiles. Rows beyond them are NaN. */
    private static int[] toTiles(float[] values, int rows, int width) {
        int[] words = packed(values);
        int[] tiles = new int[blocks(rows, SIDE) * SIDE * width / 2];
        Arrays.fill(tiles, -1);
        for (int i = 0; i < words.length; i++) {
            tiles[place(i / (width / 2), i % (width / 2), width)] = words[i];
        }
        return tiles;
    }

    private static float[] fromTiles(int[] tiles, int rows, int width) {
        int[] words = new int[rows * width / 2];
        for (int i = 0; i < words.length; i++) {
            words[i] = tiles[place(i / (width / 2), i % (width / 2), width)];
        }
        return unpacked(words);
    }

    /** Two rounded numbers in each word. */
    private static int[] packed(float[] values) {
        int[] words = new int[values.length / 2];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[2 * i]) >>> 16
                    | Float.floatToRawIntBits(values[2 * i + 1]) & 0xffff0000;
        }
        return words;
    }

    private static float[] unpacked(int[] words) {
        float[] values = new float[2 * words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i % 2 == 0 ? words[i / 2] << 16 : words[i / 2] & 0xffff0000);
        }
        return values;
    }
}
