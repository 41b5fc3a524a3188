package dev.ideal4j.backbone;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.DinoV2.Options;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DinoV2Test {
    private static final VitConfig TINY = new VitConfig(24, 2, 3, 32, false, 0, 14, 3, VitConfig.Position.PLAIN);
    private static final Options SMALL = Options.DEFAULT.withInput(42, 56).withHeads(3);

    private Backend backend;

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        backend = Backends.best();
    }

    @AfterEach
    void nothingStaysBehind() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private DinoV2 tiny(Options options) {
        return new DinoV2(VitWeights.seeded(TINY, "tiny/"), options, backend);
    }

    private static RgbImage image(int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }

    @Test
    void featuresAreTheNetworksOfTheNormalisedImage() {
        try (DinoV2 dino = tiny(SMALL);
                Scope scope = backend.scope()) {
            RgbImage image = image(1, 56, 42);
            float[] pixels = new float[3 * 42 * 56];
            ImageNormalization.IMAGENET.write(image, pixels, 0);
            float[] expected = dino.network()
                    .patches(scope.upload(pixels, 1, 3, 42, 56), scope)
                    .toArray();
            assertThat(dino.features(List.of(image), scope).toArray()).isEqualTo(expected);
            assertThat(dino.patches()).isEqualTo(12);
            assertThat(expected).hasSize(12 * dino.width());
        }
    }

    @Test
    void manyImagesOfAnySizeGiveTheSameAsOneByOne() {
        try (DinoV2 dino = tiny(SMALL);
                Scope scope = backend.scope()) {
            List<RgbImage> images = IntStream.range(0, 19)
                    .mapToObj(i -> image(i, 30 + 5 * i, 90 - i))
                    .toList();
            float[] together = dino.features(images, scope).toArray();
            int size = together.length / images.size();
            for (int i = 0; i < images.size(); i++) {
                float[] alone = dino.features(images.subList(i, i + 1), scope).toArray();
                assertThat(alone)
                        .as("image %d", i)
                        .containsExactly(Arrays.copyOfRange(together, i * size, (i + 1) * size));
            }
            assertThat(dino.features(List.of(), scope).shape().toArray()).containsExactly(0, 12, 24);
        }
    }

    @Test
    void anEarlierBlockCanBeTaken() {
        try (DinoV2 first = tiny(SMALL.withLayers(List.of(0), true));
                DinoV2 last = tiny(SMALL.withLayers(List.of(1), true));
                DinoV2 usual = tiny(SMALL);
                Scope scope = backend.scope()) {
            List<RgbImage> images = List.of(image(3, 56, 42));
            float[] features = usual.features(images, scope).toArray();
            assertThat(last.features(images, scope).toArray()).isEqualTo(features);
            assertThat(first.features(images, scope).toArray()).isNotEqualTo(features);
            assertThat(last.fingerprint()).isEqualTo(usual.fingerprint()).isNotEqualTo(first.fingerprint());
        }
    }

    @Test
    void blocksCanBeAveragedWithoutTheFinalNorm() {
        try (DinoV2 mean = tiny(SMALL.withLayers(List.of(0, 1), false));
                Scope scope = backend.scope()) {
            RgbImage image = image(3, 56, 42);
            Tensor pixels = scope.upload(mean.pixels(List.of(image)), 1, 3, 42, 56);
            float[] both = mean.network()
                    .layers(pixels, new int[] {0, 1}, false, scope)
                    .patches()
                    .toArray();
            float[] expected = new float[both.length / 2];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (both[i] + both[expected.length + i]) / 2;
            }
            assertClose("mean", mean.features(List.of(image), scope).toArray(), expected, 1e-6);
        }
    }

    @Test
    void marginsAreCutOffAfterTheResize() {
        try (DinoV2 cut = tiny(SMALL.withResize(PillowResize.Filter.BILINEAR, 3))) {
            RgbImage image = image(4, 62, 48);
            float[] pixels = cut.pixels(List.of(image));
            float[] whole = new float[3 * 62 * 48];
            ImageNormalization.IMAGENET.write(image, whole, 0);
            assertThat(pixels).hasSize(3 * 42 * 56);
            assertThat(pixels[0]).isEqualTo(whole[3 * 62 + 3]);
            assertThat(pixels[pixels.length - 1]).isEqualTo(whole[whole.length - 1 - 3 * 62 - 3]);
            assertThat(cut.margin()).isEqualTo(3);
        }
    }

    @Test
    void theFingerprintKnowsEverythingThatShapesFeatures() {
        try (DinoV2 usual = tiny(SMALL);
                DinoV2 larger = tiny(SMALL.withInput(56, 56));
                DinoV2 heads = tiny(SMALL.withHeads(4));
                DinoV2 raw = tiny(SMALL.withLayers(List.of(1), false));
                DinoV2 mean = tiny(SMALL.withLayers(List.of(0, 1), false));
                DinoV2 cut = tiny(SMALL.withResize(PillowResize.Filter.BICUBIC, 7));
                DinoV2 position = tiny(SMALL.withPosition(VitConfig.Position.REGISTERS));
                DinoV2 others = new DinoV2(VitWeights.seeded(TINY, "others/"), SMALL, backend)) {
            assertThat(usual.fingerprint()).matches("[0-9a-f]{64}");
            assertThat(Stream.of(usual, larger, heads, raw, mean, cut, position, others)
                            .map(DinoV2::fingerprint))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void optionsMustFit() {
        for (Options options : List.of(
                SMALL.withInput(42, 50),
                SMALL.withInput(0, 42),
                SMALL.withLayers(List.of(2), true),
                SMALL.withHeads(5))) {
            assertThatThrownBy(() -> tiny(options))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("expected");
        }
    }

    @Test
    void namesTheFileAtFault() {
        Path missing = folder.resolve("missing.pth");
        assertThatThrownBy(() -> DinoV2.load(missing, backend))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("missing.pth");
        Path other = folder.resolve("other.safetensors");
        SafetensorsWriter.write(other, new SeededWeights("other/", Map.of("fc.weight", Shape.of(4, 4))), Map.of());
        assertThatThrownBy(() -> DinoV2.load(other, backend))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("other.safetensors")
                .hasMessageContaining("cls_token");
    }

    @Tag("golden")
    @Test
    void allFilesOfAModelAreTheSameModel() {
        Fixture fixture = Fixture.open("backbone/dinov2_tiny.safetensors");
        Options options = Options.DEFAULT.withInput(112, 84).withHeads(fixture.metaInt("heads"));
        try (DinoV2 seeded = new DinoV2(GoldenVit.weights(fixture), options, backend);
                DinoV2 checkpoint = DinoV2.load(Fixture.file("backbone/dinov2_tiny.pth"), options, backend);
                DinoV2 hub = DinoV2.load(Fixture.file("backbone/dinov2_tiny_hf.safetensors"), options, backend);
                Scope scope = backend.scope()) {
            List<RgbImage> images = List.of(image(5, 200, 150));
            float[] features = seeded.features(images, scope).toArray();
            assertThat(checkpoint.features(images, scope).toArray()).isEqualTo(features);
            assertThat(hub.features(images, scope).toArray()).isEqualTo(features);
            assertThat(checkpoint.fingerprint()).isEqualTo(seeded.fingerprint()).isEqualTo(hub.fingerprint());
            assertThat(hub.name()).isEqualTo("vit_64x3");
        }
    }
}
