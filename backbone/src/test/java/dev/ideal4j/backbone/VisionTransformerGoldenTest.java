package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ideal4j.backbone.VisionTransformer.Layers;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The vision transformer against the published implementation's values, on every backend. */
@Tag("golden")
class VisionTransformerGoldenTest {
    private static final double TOLERANCE = 1e-4;

    static Stream<Arguments> tinyModels() {
        return BackendsUnderTest.with("dinov2_tiny", "dinov2_tiny_reg4", "dinov2_tiny_swiglu");
    }

    static Stream<String> backends() {
        return BackendsUnderTest.names().stream();
    }

    @ParameterizedTest
    @MethodSource("tinyModels")
    void everyLayerAgrees(String backendName, String model) {
        Fixture fixture = Fixture.open("backbone/" + model + ".safetensors");
        try (Backend backend = Backends.open(backendName)) {
            try (VisionTransformer network = VisionTransformer.load(GoldenVit.weights(fixture), backend);
                    Scope scope = backend.scope()) {
                for (String input : new String[] {"square", "wide"}) {
                    Tensor images = upload(fixture, input + "/image", scope);
                    Close.assertClose(
                            input + " tokens",
                            network.embed(images, scope).toArray(),
                            fixture.floats(input + "/tokens"),
                            TOLERANCE);
                    int depth = network.config().depth();
                    int[] all = IntStream.range(0, depth).toArray();
                    Layers normed = network.layers(images, all, true, scope);
                    Layers raw = network.layers(images, all, false, scope);
                    for (int layer = 0; layer < depth; layer++) {
                        String name = input + "/layer" + layer;
                        assertClose(fixture, name + "/patch", normed.patches(), layer);
                        assertClose(fixture, name + "/cls", normed.classTokens(), layer);
                        assertClose(fixture, name + "/patch_prenorm", raw.patches(), layer);
                    }
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void assertClose(Fixture fixture, String name, Tensor layers, int layer) {
        Close.assertClose(name, layers.slice(layer, 1).toArray(), fixture.floats(name), TOLERANCE);
    }

    private static Tensor upload(Fixture fixture, String name, Scope scope) {
        return scope.upload(fixture.floats(name), fixture.shape(name));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theSmallModelAgreesAtFullSize(String backendName) {
        assumeFalse(backendName.equals("reference"), "the reference backend needs minutes for 65 GFLOP");
        Fixture fixture = Fixture.open("backbone/dinov2_vits14_448.safetensors");
        float[] pixels = SeededValues.uniform(fixture.meta("seed_prefix") + "image", 3 * 448 * 448, 2, 0);
        try (Backend backend = Backends.open(backendName);
                VisionTransformer network = VisionTransformer.load(GoldenVit.weights(fixture), backend);
                Scope scope = backend.scope()) {
            int[] last = {network.config().depth() - 1};
            Layers layers = network.layers(scope.upload(pixels, 1, 3, 448, 448), last, true, scope);
            Close.assertClose("class token", layers.classTokens().toArray(), fixture.floats("cls"), TOLERANCE);
            int width = network.config().width();
            float[] patches = layers.patches().toArray();
            int count = patches.length / width;
            float[] some = new float[count / 64 * width];
            for (int i = 0; i < count / 64; i++) {
                System.arraycopy(patches, 64 * i * width, some, i * width, width);
            }
            Close.assertClose("every 64th patch", some, fixture.floats("patch_every_64th"), TOLERANCE);
            Close.assertClose("norms", norms(patches, width), fixture.floats("patch_norms"), TOLERANCE);
        }
    }

    private static float[] norms(float[] rows, int width) {
        float[] norms = new float[rows.length / width];
        for (int row = 0; row < norms.length; row++) {
            int start = row * width;
            norms[row] = (float) Math.sqrt(IntStream.range(start, start + width)
                    .mapToDouble(i -> (double) rows[i] * rows[i])
                    .sum());
        }
        return norms;
    }
}
