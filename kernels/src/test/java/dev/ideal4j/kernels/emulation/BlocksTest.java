package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Linear;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.testing.Close;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transformer blocks in bf16 from end to end, host side and kernels together, on every device that has them. */
class BlocksTest {
    private static final String VARIANT = "+blocks";
    private static final int TOKENS = 67;
    private static final int WIDTH = 128;

    /**
     * What results that round the other way leave after a block, of the norm. One such input of a product moves all sums of
     * its row by a tenth of a unit of bf16, and some of them then round the other way as well.
     */
    private static final double AGAINST_MODEL = 1e-3;

    /** Hardware truncates within a product where the emulation rounds; by how much is an estimate. */
    private static final double HARDWARE = 3;

    private static final double AGAINST_FLOAT64 = 8e-3;

    static List<String> devices() {
        List<String> found = Backends.describe().stream()
                .filter(backend -> backend.available() && backend.name().contains(VARIANT))
                .map(backend -> backend.name())
                .filter(name -> name.startsWith(System.getProperty("trials.device", "")))
                .toList();
        assumeTrue(!found.isEmpty(), "skipped: no device with transformer blocks in bf16 from end to end");
        return found;
    }

    private static float[] tokens(int samples, int width) {
        return EmulatedTrial.values("tokens", samples * TOKENS * width);
    }

    private static float[] forward(Backend backend, int blocks, float[] x, int heads, int hidden, boolean gated) {
        return forward(backend, blocks, x, heads, WIDTH, hidden, gated, false);
    }

    private static float[] forward(
            Backend backend, int blocks, float[] x, int heads, int width, int hidden, boolean gated, boolean rotated) {
        try (Scope scope = backend.scope()) {
            PackedBlock[] packed = new PackedBlock[blocks];
            for (int i = 0; i < blocks; i++) {
                packed[i] = backend.transformerBlocks().pack(weights(scope, i, heads, width, hidden, gated), scope);
            }
            Rotation rotation = rotated
                    ? new Rotation(
                            upload(scope, "cosines", 1, TOKENS, width / heads / 2),
                            upload(scope, "sines", 1, TOKENS, width / heads / 2))
                    : null;
            Tensor tokens = scope.upload(x, x.length / TOKENS / width, TOKENS, width);
            backend.transformerBlocks().forward(List.of(packed), rotation, tokens);
            return tokens.toArray();
        }
    }

    private static BlockWeights weights(Scope scope, int block, int heads, int width, int hidden, boolean gated) {
        return new BlockWeights(
                heads,
                norm(scope, block + "/norm1", width),
                linear(scope, block + "/qkv", 3 * width, width),
                linear(scope, block + "/projection", width, width),
                upload(scope, block + "/scale1", 1, width),
                norm(scope, block + "/norm2", width),
                linear(scope, block + "/expand", gated ? 2 * hidden : hidden, width),
                gated ? Activation.NONE : Activation.GELU,
                gated,
                linear(scope, block + "/contract", width, hidden),
                upload(scope, block + "/scale2", 1, width));
    }

    private static Norm norm(Scope scope, String name, int width) {
        return new Norm(
                upload(scope, name + "/gamma", 1, width), upload(scope, name + "/beta", 1, width), Bf16Model.EPS);
    }

    private static Linear linear(Scope scope, String name, int out, int in) {
        double scale = 2 / Math.sqrt(in);
        return new Linear(upload(scope, name, scale, out, in), upload(scope, name + "/bias", scale, out));
    }

    private static Tensor upload(Scope scope, String name, double scale, int... lengths) {
        float[] values = EmulatedTrial.values(name, Arrays.stream(lengths).reduce(1, (a, b) -> a * b));
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) scale;
        }
        return scope.upload(values, lengths);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aBlockIsThatOfTheModelAndCloseToFloat64(String name) {
        compareWithModel(name, 1);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void severalBlocksAreThoseOfTheModelAndCloseToFloat64(String name) {
        compareWithModel(name, 3);
    }

    private static void compareWithModel(String name, int blocks) {
        float[] x = tokens(2, WIDTH);
        try (Backend reference = Backends.open("reference");
                Backend backend = Backends.open(name);
                Scope scope = reference.scope()) {
            float[] actual = forward(backend, blocks, x, 2, 256, false);
            float[] exact = forward(reference, blocks, x, 2, 256, false);
            float[] model = x;
            for (int i = 0; i < blocks; i++) {
                model = new Bf16Model(reference).block(weights(scope, i, 2, WIDTH, 256, false), model, 2, TOKENS);
            }
            double error = EmulatedTrial.normError(actual, exact);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %d blocks: against the model %.1e of the norm, %.1e of the largest; against float64 %.1e%n",
                    name,
                    blocks,
                    EmulatedTrial.normError(actual, model),
                    Close.relativeError(name, actual, model),
                    error);
            double slack = backend.description().startsWith("Emulated") ? blocks : HARDWARE * blocks;
            assertThat(EmulatedTrial.normError(actual, model)).isLessThanOrEqualTo(slack * AGAINST_MODEL);
            assertThat(error).isLessThanOrEqualTo(AGAINST_FLOAT64);
            assertThat(forward(backend, blocks, x, 2, 256, false))
                    .as("the same bits again")
                    .isEqualTo(actual);
            assertThat(backend.liveBytes()).as("memory left behind").isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aSampleHasTheSameBitsInAnyBatch(String name) {
        float[] x = tokens(2, WIDTH);
        int half = x.length / 2;
        try (Backend backend = Backends.open(name)) {
            float[] both = forward(backend, 1, x, 2, 256, false);
            assertThat(forward(backend, 1, Arrays.copyOf(x, half), 2, 256, false))
                    .isEqualTo(Arrays.copyOf(both, half));
            assertThat(forward(backend, 1, Arrays.copyOfRange(x, half, x.length), 2, 256, false))
                    .isEqualTo(Arrays.copyOfRange(both, half, x.length));
        }
    }

    /**
     * Both round the same numbers: one when a kernel writes them, the other when a kernel reads them. On hardware the compiler
     * may contract operations of one kernel in another way than those of the other.
     */
    @ParameterizedTest
    @MethodSource("devices")
    void theBitsAreThoseOfProductsAndAttentionInBf16(String name) {
        float[] x = tokens(2, WIDTH);
        try (Backend backend = Backends.open(name);
                Backend products = Backends.open(name.replaceAll("[+]blocks.*", ""))) {
            float[] expected = forward(products, 2, x, 2, 256, false);
            float[] actual = forward(backend, 2, x, 2, 256, false);
            System.out.printf(
                    Locale.ROOT,
                    "%s against %s: %.1e of the norm%n",
                    name,
                    products.name(),
                    EmulatedTrial.normError(actual, expected));
            if (backend.description().startsWith("Emulated")) {
                assertThat(actual).isEqualTo(expected);
            } else {
                assertThat(EmulatedTrial.normError(actual, expected)).isLessThanOrEqualTo(2 * HARDWARE * AGAINST_MODEL);
            }
        }
    }

    /** Heads of 32, gates, rotations, hidden channels that are no multiple of 64. */
    @ParameterizedTest
    @MethodSource("devices")
    void whatTheKernelsDoNotTakeRunsAsWithoutThem(String name) {
        float[] x = tokens(1, WIDTH);
        float[] narrow = tokens(1, 96);
        try (Backend backend = Backends.open(name);
                Backend products = Backends.open(name.replaceAll("[+]blocks.*", ""))) {
            assertThat(forward(backend, 1, x, 4, 128, false)).isEqualTo(forward(products, 1, x, 4, 128, false));
            assertThat(forward(backend, 1, x, 2, 128, true)).isEqualTo(forward(products, 1, x, 2, 128, true));
            assertThat(forward(backend, 1, x, 2, 100, false)).isEqualTo(forward(products, 1, x, 2, 100, false));
            assertThat(forward(backend, 1, x, 2, WIDTH, 128, false, true))
                    .isEqualTo(forward(products, 1, x, 2, WIDTH, 128, false, true));
            assertThat(forward(backend, 1, narrow, 3, 96, 128, false, false))
                    .isEqualTo(forward(products, 1, narrow, 3, 96, 128, false, false));
        }
    }
}
