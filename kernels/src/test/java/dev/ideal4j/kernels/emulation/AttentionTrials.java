package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** {@code attention.cu}: self attention of packed rows, and cross attention with a bias of the keys. */
final class AttentionTrials {
    private static final String SOURCE = "attention.cu";
    private static final int WIDTH = CudaSources.number(SOURCE, "WIDTH");
    private static final int QUERIES = CudaSources.number(SOURCE, "QUERIES");
    private static final float SCALE = 0.125f;

    /** Largest error that rounding the probabilities may leave, of values within 1, beside that of the operands. */
    private static final double BF16_TOLERANCE = 4e-3;

    private static final double TF32_TOLERANCE = 5e-4;

    private final Backend reference;

    AttentionTrials(Backend reference) {
        this.reference = reference;
    }

    private record Sizes(int samples, int heads, int queries, int keys, boolean packed, Bias bias) {
        int width() {
            return heads * WIDTH;
        }
    }

    private enum Bias {
        NONE,
        RANDOM,
        /** The bias of every key is so large that the scores vanish in its rounding error. */
        SWALLOWING,
        /** -infinity on every key but the last. */
        EXCLUDING
    }

    private static final Sizes LONG = new Sizes(1, 1, 70, 200, false, Bias.NONE);
    private static final List<Sizes> SIZES = List.of(
            new Sizes(2, 2, 17, 17, true, Bias.NONE),
            new Sizes(1, 2, 1, 1, false, Bias.NONE),
            new Sizes(2, 1, 5, 130, false, Bias.RANDOM),
            new Sizes(1, 1, 3, 65, false, Bias.SWALLOWING),
            new Sizes(1, 1, 3, 200, false, Bias.EXCLUDING),
            LONG);

    Stream<EmulatedTrial> all() {
        return Stream.of(true, false).flatMap(bf16 -> SIZES.stream().map(sizes -> trial(bf16, sizes)));
    }

    /** A transformer's. */
    Stream<EmulatedTrial> large() {
        return Stream.of(
                        new Sizes(2, 6, 1025, 1025, true, Bias.NONE), new Sizes(1, 3, 100, 1030, false, Bias.EXCLUDING))
                .flatMap(sizes -> Stream.of(true, false).map(bf16 -> trial(bf16, sizes)));
    }

    private EmulatedTrial trial(boolean bf16, Sizes sizes) {
        int width = sizes.width();
        // Scores of a few units, so that the weights differ.
        float[] q = scaled(EmulatedTrial.values("q" + sizes, sizes.samples * sizes.queries * width), 4);
        float[] k = EmulatedTrial.values("k" + sizes, sizes.samples * sizes.keys * width);
        float[] v = EmulatedTrial.values("v" + sizes, sizes.samples * sizes.keys * width);
        float[] bias = bias(sizes);
        UnaryOperator<float[]> rounding = bf16 ? EmulatedTrial::bf16 : EmulatedTrial::tf32;
        return new EmulatedTrial(
                (bf16 ? "bf16 " : "TF32 ") + sizes,
                SOURCE,
                device -> run(device, bf16, sizes, q, k, v, bias),
                expected(sizes, rounding.apply(q), rounding.apply(k), rounding.apply(v), bias),
                bf16 ? BF16_TOLERANCE : TF32_TOLERANCE,
                expected(sizes, q, k, v, bias),
                sizes == LONG && !bf16); // only TF32 copies asynchronously; the barriers are the same
    }

    private static float[] bias(Sizes sizes) {
        int count = sizes.samples * sizes.heads * sizes.keys;
        switch (sizes.bias) {
            case RANDOM:
                return EmulatedTrial.values("bias" + sizes, count);
            case SWALLOWING:
                float[] bias = new float[count];
                Arrays.fill(bias, -1e9f);
                return bias;
            case EXCLUDING:
                float[] excluding = new float[count];
                Arrays.fill(excluding, Float.NEGATIVE_INFINITY);
                for (int last = sizes.keys - 1; last < count; last += sizes.keys) {
                    excluding[last] = 0;
                }
                return excluding;
            default:
                return null;
        }
    }

    private float[] expected(Sizes sizes, float[] q, float[] k, float[] v, float[] bias) {
        try (Scope scope = reference.scope()) {
            int width = sizes.width();
            Tensor out = scope.allocate(sizes.samples, sizes.queries, width);
            reference
                    .attention()
                    .cross(
                            scope.upload(q, sizes.samples, sizes.queries, width),
                            scope.upload(k, sizes.samples, sizes.keys, width),
                            scope.upload(v, sizes.samples, sizes.keys, width),
                            bias == null ? null : scope.upload(bias, sizes.samples, sizes.heads, sizes.keys),
                            sizes.heads,
                            out);
            return out.toArray();
        }
    }

    private static float[] run(
            TrialDevice device, boolean bf16, Sizes sizes, float[] q, float[] k, float[] v, float[] bias) {
        int width = sizes.width();
        Buffer out = device.floats(q.length);
        Buffer queries = sizes.packed ? device.upload(packed(sizes, q, k, v)) : device.upload(q);
        Buffer keys = sizes.packed ? queries.from(width) : device.upload(k);
        Buffer values = sizes.packed ? queries.from(2 * width) : device.upload(v);
        int stride = sizes.packed ? 3 * width : width;
        device.launch(
                bf16 ? "attention_bf16" : "attention_tf32",
                new Launch(
                        (sizes.queries + QUERIES - 1) / QUERIES,
                        sizes.heads,
                        sizes.samples,
                        CudaSources.number(SOURCE, "THREADS"),
                        CudaSources.number(SOURCE, bf16 ? "BYTES_BF16" : "BYTES_TF32")),
                queries,
                keys,
                values,
                bias == null ? null : device.upload(bias),
                out,
                sizes.queries,
                sizes.keys,
                stride,
                stride,
                SCALE);
        return device.read(out);
    }

    /** Rows of query, key and value, as a transformer's first layer gives them. */
    private static float[] packed(Sizes sizes, float[]... parts) {
        int width = sizes.width();
        float[] packed = new float[3 * parts[0].length];
        for (int row = 0; row < parts[0].length / width; row++) {
            for (int part = 0; part < 3; part++) {
                System.arraycopy(parts[part], row * width, packed, (3 * row + part) * width, width);
            }
        }
        return packed;
    }

    private static float[] scaled(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
