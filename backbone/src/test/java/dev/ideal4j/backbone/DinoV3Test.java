package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DINOv3 transformers: values of the published network, and the names under which files come. */
class DinoV3Test {
    private static final double TOLERANCE = 1e-4;
    private static final int HIDDEN = 256;

    static Stream<Arguments> models() {
        return BackendsUnderTest.with("", "swiglu_");
    }

    @Tag("golden")
    @ParameterizedTest
    @MethodSource("models")
    void everyBlockIsThePublishedOne(String backendName, String kind) {
        Fixture fixture = Fixture.open("backbone/dinov3_tiny.safetensors");
        boolean swiglu = !kind.isEmpty();
        int width = fixture.metaInt("embed");
        int depth = swiglu ? 2 : 3;
        String seed = fixture.meta(swiglu ? "seed_prefix_swiglu" : "seed_prefix");
        VitWeights seeded = VitWeights.of(DinoV3Names.official(seed, width, depth, HIDDEN, swiglu));
        VitWeights weights = seeded.with(seeded.config().withHeads(fixture.metaInt("heads")));
        try (Backend backend = Backends.open(backendName);
                VisionTransformer network = VisionTransformer.load(weights, backend);
                Scope scope = backend.scope()) {
            for (String input : new String[] {"square", "wide"}) {
                int[] shape = input.equals("square") ? new int[] {2, 3, 112, 112} : new int[] {1, 3, 80, 144};
                float[] pixels = SeededValues.uniform(
                        seed + "image_" + input, (int) Shape.of(shape).size(), 2, 0);
                Tensor images = scope.upload(pixels, shape);
                int[] all = IntStream.range(0, depth).toArray();
                VisionTransformer.Layers raw = network.layers(images, all, false, scope);
                for (int layer = 0; layer < depth; layer++) {
                    compare(fixture, kind + input + "/layer" + layer, raw, layer);
                }
                compare(
                        fixture,
                        kind + input + "/final",
                        network.layers(images, new int[] {depth - 1}, true, scope),
                        0);
            }
        }
    }

    /** Compares class token and patches with the fixture's tokens, which have four registers between them. */
    private static void compare(Fixture fixture, String name, VisionTransformer.Layers found, int layer) {
        int[] shape = fixture.shape(name);
        int width = shape[2];
        int patches = (shape[1] - 5) * width;
        float[] tokens = fixture.floats(name);
        float[] classTokens = found.classTokens().slice(layer, 1).toArray();
        float[] patchTokens = found.patches().slice(layer, 1).toArray();
        for (int sample = 0; sample < shape[0]; sample++) {
            int at = sample * shape[1] * width;
            Close.assertClose(
                    name + " class token",
                    Arrays.copyOfRange(classTokens, sample * width, (sample + 1) * width),
                    Arrays.copyOfRange(tokens, at, at + width),
                    TOLERANCE);
            Close.assertClose(
                    name + " patches",
                    Arrays.copyOfRange(patchTokens, sample * patches, (sample + 1) * patches),
                    Arrays.copyOfRange(tokens, at + 5 * width, at + 5 * width + patches),
                    TOLERANCE);
        }
    }

    @Tag("golden")
    @Test
    void anglesAreThePublishedOnes() {
        Fixture fixture = Fixture.open("backbone/dinov3_tiny.safetensors");
        VitWeights seeded = VitWeights.of(DinoV3Names.official("angles/", fixture.metaInt("embed"), 1, 8, false));
        RotaryPositions positions =
                seeded.with(seeded.config().withHeads(fixture.metaInt("heads"))).rotaryPositions();
        Close.assertClose("periods", positions.periods(), fixture.floats("periods"), 1e-6);
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            Rotation wide = positions.rotation(5, 9, scope);
            assertThat(wide.sines().slice(0, 5).toArray()).containsOnly(0);
            // The published table repeats each angle for the second half of a head.
            int half = 2 * positions.periods().length;
            float[] sines = wide.sines().slice(5, 45).toArray();
            float[] cosines = wide.cosines().slice(5, 45).toArray();
            float[] tableSines = fixture.floats("wide/rope_sine");
            float[] tableCosines = fixture.floats("wide/rope_cosine");
            for (int i = 0; i < sines.length; i++) {
                int at = i / half * 2 * half + i % half;
                assertThat(sines[i]).isCloseTo(tableSines[at], within(1e-5f));
                assertThat(cosines[i]).isCloseTo(tableCosines[at], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void filesUnderOtherNamesAreTheSame(boolean swiglu) {
        Weights official = DinoV3Names.official("names/", 128, 2, 192, swiglu);
        VitWeights expected = VitWeights.of(official);
        assertThat(expected.config().heads()).isEqualTo(2);
        for (Weights other : new Weights[] {
            DinoV3Names.timm(official),
            DinoV3Names.hub(official, "", swiglu),
            DinoV3Names.hub(official, "model.", swiglu),
            DinoV3Names.changed(official, name -> "teacher.backbone." + name)
        }) {
            VitWeights found = VitWeights.of(other);
            assertThat(found.config()).isEqualTo(expected.config());
            for (String name : expected.tensors().names()) {
                assertThat(found.tensors().read(name))
                        .as(name)
                        .isEqualTo(expected.tensors().read(name));
            }
        }
    }

    @Test
    void keysHaveNoBiasAndMissingBiasesAreZero() {
        Weights official = DinoV3Names.official("bias/", 64, 1, 64, false);
        float[] stored = official.read("blocks.0.attn.qkv.bias");
        float[] bias = VitWeights.of(official).tensors().read("blocks.0.attn.qkv.bias");
        for (int i = 0; i < bias.length; i++) {
            assertThat(bias[i]).isEqualTo(i / 64 == 1 ? 0 : stored[i]);
        }
        Weights without = DinoV3Names.changed(official, name -> name.endsWith("qkv.bias") ? null : name);
        assertThat(VitWeights.of(without).tensors().read("blocks.0.attn.qkv.bias"))
                .containsOnly(0);
    }

    @Test
    void periodsOfTheFileAreUsed() {
        Weights official = DinoV3Names.official("periods/", 64, 1, 64, false);
        float[] rounded = new float[16];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = i + 1;
        }
        Weights with = DinoV3Names.with(official, RotaryPositions.PERIODS, rounded);
        assertThat(VitWeights.of(with).rotaryPositions().periods()).isEqualTo(rounded);
    }

    @Test
    void aMissingTensorIsNamed() {
        Weights official = DinoV3Names.official("missing/", 64, 2, 64, true);
        Weights without = DinoV3Names.changed(official, name -> name.equals("blocks.1.mlp.w2.bias") ? null : name);
        assertThatThrownBy(() -> VitWeights.of(without))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("blocks.1.mlp.w12.bias");
    }

    @Test
    void aDetectorCanUseIt() {
        try (Backend backend = Backends.open("cpu");
                DinoV2 network = new DinoV2(
                        VitWeights.of(DinoV3Names.official("use/", 64, 2, 96, false)),
                        DinoV2.Options.DEFAULT.withInput(160, 96),
                        backend)) {
            assertThat(network.patches()).isEqualTo(60);
            assertThat(network.name()).isEqualTo("dinov3_vit_64x2");
            assertThat(network.identity()).containsEntry("licence", "DINOv3 License");
        }
    }
}
