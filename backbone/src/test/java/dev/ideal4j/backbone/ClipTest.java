package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.ops.Activation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTest {
    private static final VitConfig TINY = new VitConfig(
            64,
            4,
            1,
            96,
            false,
            0,
            14,
            3,
            VitConfig.Position.REGISTERS,
            VitConfig.Style.clip(Activation.QUICK_GELU, 24));
    private static final Clip.Options SMALL = Clip.Options.FDSL.withInput(56, 42);

    @TempDir
    private Path folder;

    private static RgbImage image() {
        byte[] samples = new byte[3 * 50 * 40];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 31 + i / 7);
        }
        return new RgbImage(50, 40, samples);
    }

    @Test
    void readsTheShapeOffTheWeightsAndKnowsThePublishedModel() {
        assertThat(VitWeights.of(ClipNames.official(TINY, "clip/")).config()).isEqualTo(TINY);
        VitConfig published = VitConfig.named("clip_vitl14_336");
        assertThat(VitWeights.of(ClipNames.official(published, "")).config()).isEqualTo(published);
        assertThat(published.name()).isEqualTo("clip_vitl14_336");
        assertThat(published.with(Activation.GELU).name()).isEqualTo("clip_vitl14_336");
        assertThat(TINY.name()).isEqualTo("clip_vit_64x4");
    }

    @Test
    void understandsTheHubsNames() {
        Weights official = ClipNames.official(TINY, "clip/");
        VitWeights expected = VitWeights.of(official);
        VitWeights hub = VitWeights.of(ClipNames.hub(official, TINY));
        assertThat(hub.config()).isEqualTo(TINY);
        for (String name : TINY.tensors().keySet()) {
            assertThat(hub.tensors().read(name))
                    .as(name)
                    .isEqualTo(expected.tensors().read(name));
        }
    }

    @Test
    void aMissingTensorIsNamed() {
        Weights official = ClipNames.official(TINY, "clip/");
        ArrayWeights partial = new ArrayWeights("partial.pt");
        official.names().stream()
                .filter(name -> !name.equals("visual.transformer.resblocks.2.mlp.c_fc.bias"))
                .forEach(name -> partial.put(name, official.shape(name), official.read(name)));
        assertThatThrownBy(() -> VitWeights.of(partial))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("partial.pt")
                .hasMessageContaining("blocks.2.mlp.fc1.bias");
    }

    @Test
    void filesOfEitherKindGiveTheSameFeatures() {
        Weights official = ClipNames.official(TINY, "clip/");
        ArrayWeights stored = new ArrayWeights("stored");
        official.names().forEach(name -> stored.put(name, official.shape(name), official.read(name)));
        Path torch = folder.resolve("clip.pt");
        Path safetensors = folder.resolve("clip.safetensors");
        TorchCheckpointWriter.write(torch, stored);
        SafetensorsWriter.write(safetensors, ClipNames.hub(official, TINY), Map.of());
        try (Backend backend = Backends.open("cpu");
                Clip first = Clip.load(torch, SMALL, backend);
                Clip second = Clip.load(safetensors, SMALL, backend);
                Scope scope = backend.scope()) {
            assertThat(first.fingerprint()).isEqualTo(second.fingerprint());
            assertThat(first.layers()).isEqualTo(4);
            assertThat(first.width()).isEqualTo(256);
            float[] features = first.features(List.of(image()), scope).toArray();
            assertThat(features)
                    .isEqualTo(second.features(List.of(image()), scope).toArray());
        }
    }

    @Test
    void featuresAreTheLayersSideBySide() {
        VitWeights weights = VitWeights.of(ClipNames.official(TINY, "clip/"));
        try (Backend backend = Backends.open("cpu");
                Clip clip = new Clip(weights, SMALL.withBlocks(List.of(1, 3)), backend);
                Scope scope = backend.scope()) {
            List<RgbImage> images = List.of(image(), new RgbImage(3, 3, new byte[27]));
            float[] features = clip.features(images, scope).toArray();
            Tensor pixels = scope.upload(clip.pixels(images), 2, 3, 56, 42);
            PixelExtractor.Encoded encoded = clip.encode(pixels, scope);
            assertThat(encoded.tokens().shape()).isEqualTo(Shape.of(2, 2, 12, 64));
            assertThat(encoded.embedding().shape()).isEqualTo(Shape.of(2, 24));
            float[] tokens = encoded.tokens().toArray();
            for (int layer = 0; layer < 2; layer++) {
                for (int row = 0; row < 24; row++) {
                    int at = (layer * 24 + row) * 64;
                    int from = row * 128 + layer * 64;
                    assertThat(Arrays.copyOfRange(features, from, from + 64))
                            .isEqualTo(Arrays.copyOfRange(tokens, at, at + 64));
                }
            }
            assertThat(encoded.embedding().toArray()).doesNotContain(0f);
        }
    }

    @Test
    void activationAndBlocksChangeTheFingerprint() {
        VitWeights weights = VitWeights.of(ClipNames.official(TINY, "clip/"));
        try (Backend backend = Backends.open("cpu");
                Clip exact = new Clip(weights, SMALL, backend);
                Clip quick = new Clip(weights, SMALL.withActivation(Activation.QUICK_GELU), backend);
                Clip one = new Clip(weights, SMALL.withBlocks(List.of(4)), backend)) {
            assertThat(exact.fingerprint()).isNotEqualTo(quick.fingerprint());
            assertThat(exact.fingerprint()).isNotEqualTo(one.fingerprint());
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        VitWeights weights = VitWeights.of(ClipNames.official(TINY, "clip/"));
        VitWeights dino = VitWeights.seeded(new VitConfig(24, 2, 3, 32, false, 0, 14, 3, VitConfig.Position.PLAIN), "");
        try (Backend backend = Backends.open("cpu")) {
            assertThatThrownBy(() -> new Clip(weights, SMALL.withInput(50, 42), backend))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("50×42");
            assertThatThrownBy(() -> new Clip(weights, SMALL.withBlocks(List.of(2, 5)), backend))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("1 to 4");
            assertThatThrownBy(() -> new Clip(dino, SMALL, backend))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("image tower of CLIP");
            assertThat(backend.liveBytes()).isZero();
        }
    }
}
