package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.VisionTransformer.Layers;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP's image tower against the published implementation's values, at its own size and at others. */
@Tag("golden")
class ClipGoldenTest {
    private static final double TOLERANCE = 1e-4;

    static Stream<Arguments> cases() {
        return TestBackends.available().flatMap(backend -> Stream.of(84, 126, 56)
                .flatMap(size -> Stream.of(Activation.GELU, Activation.QUICK_GELU)
                        .map(activation -> Arguments.of(backend, size, activation))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensAndEmbeddingAgree(String backendName, int size, Activation activation) {
        Fixture fixture = Fixture.open("rivals/clip_tiny.safetensors");
        VitWeights read = VitWeights.of(ClipNames.official(ClipNames.tiny(fixture), fixture.meta("seed_prefix")));
        VitWeights weights =
                read.with(read.config().withHeads(fixture.metaInt("heads")).with(activation));
        int grid = size / 14;
        float[] positions = weights.positions(grid, grid);
        if (fixture.has(size + "/positional_embedding")) {
            float[] all = fixture.floats(size + "/positional_embedding");
            float[] expected = Arrays.copyOfRange(all, all.length - positions.length, all.length);
            Close.assertClose("positions", positions, expected, 1e-6);
        }
        float[] pixels = SeededValues.uniform(fixture.meta("seed_prefix") + "image_" + size, 2 * 3 * size * size, 2, 0);
        try (Backend backend = Backends.open(backendName)) {
            try (VisionTransformer network = VisionTransformer.load(weights, backend);
                    Scope scope = backend.scope()) {
                Tensor images = scope.upload(pixels, 2, 3, size, size);
                Close.assertClose(
                        "embedded",
                        network.embed(images, scope).toArray(),
                        fixture.floats(size + "/embedded"),
                        TOLERANCE);
                Layers layers = network.layers(images, new int[] {0, 2}, false, scope);
                String name = (activation == Activation.GELU ? "gelu/" : "quick_gelu/") + size;
                for (int i = 0; i < 2; i++) {
                    float[] tokens =
                            together(layers, i, grid * grid, network.config().width());
                    Close.assertClose(name, tokens, fixture.floats(name + "/tokens_layer" + (2 * i + 1)), TOLERANCE);
                }
                Tensor last = layers.classTokens()
                        .slice(1, 1)
                        .reshape(2, network.config().width());
                Close.assertClose(
                        name + " embedding",
                        network.imageEmbedding(last, scope).toArray(),
                        fixture.floats(name + "/image_embedding"),
                        TOLERANCE);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** Class token and patches of a layer, {@code (2, 1 + N, C)}. */
    private static float[] together(Layers layers, int layer, int patches, int width) {
        float[] classTokens = layers.classTokens().slice(layer, 1).toArray();
        float[] rest = layers.patches().slice(layer, 1).toArray();
        float[] all = new float[classTokens.length + rest.length];
        for (int sample = 0; sample < 2; sample++) {
            int at = sample * (1 + patches) * width;
            System.arraycopy(classTokens, sample * width, all, at, width);
            System.arraycopy(rest, sample * patches * width, all, at + width, patches * width);
        }
        return all;
    }
}
