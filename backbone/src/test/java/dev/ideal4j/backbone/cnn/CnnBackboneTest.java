package dev.ideal4j.backbone.cnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Close;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CnnBackboneTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final String MOBILE = "mobilenet_v2";
    private static final CnnBackbone.Options SMALL = CnnBackbone.Options.DEFAULT.withInput(40, 56);

    @TempDir
    Path folder;

    private static RgbImage image(int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }

    private static CnnBackbone mobile(CnnBackbone.Options options, Backend backend) {
        return CnnBackbone.seeded(MOBILE, "a/", options, backend);
    }

    private static Weights weights(Predicate<String> kept) {
        Weights all = CnnShapes.seeded(MOBILE, "a/");
        ArrayWeights some = new ArrayWeights("some.safetensors");
        all.names().stream().filter(kept).forEach(name -> some.put(name, all.shape(name), all.read(name)));
        return some;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void manyImagesOfAnySizeGiveTheSameBitsAsOneByOne(String backendName) {
        try (Backend backend = Backends.open(backendName)) {
            for (String network : List.of(MOBILE, "resnet18")) {
                try (CnnBackbone backbone = CnnBackbone.seeded(network, "a/", SMALL, backend);
                        Scope scope = backend.scope()) {
                    List<RgbImage> images = IntStream.range(0, 11)
                            .mapToObj(i -> image(i, 30 + 5 * i, 90 - i))
                            .toList();
                    float[] together = backbone.features(images, scope).toArray();
                    int size = backbone.patches() * backbone.width();
                    for (int i = 0; i < images.size(); i++) {
                        assertThat(backbone.features(images.subList(i, i + 1), scope)
                                        .toArray())
                                .as("%s, image %d", network, i)
                                .containsExactly(Arrays.copyOfRange(together, i * size, (i + 1) * size));
                    }
                    assertThat(backbone.features(List.of(), scope).shape().toArray())
                            .containsExactly(0, backbone.patches(), backbone.width());
                }
                assertThat(backend.liveBytes()).isZero();
            }
        }
    }

    @Test
    void featuresAreTheMapsOnTheGridOfTheFirstStage() {
        try (Backend backend = Backends.open("cpu");
                CnnBackbone backbone = mobile(SMALL, backend);
                Scope scope = backend.scope()) {
            assertThat(backbone.stages())
                    .containsExactly(new Stage("features.6", 32, 8), new Stage("features.13", 96, 16));
            assertThat(backbone.patchSize()).isEqualTo(8);
            assertThat(backbone.patches()).isEqualTo(5 * 7);
            assertThat(backbone.width()).isEqualTo(32 + 96);
            List<RgbImage> images = List.of(image(1, 60, 50), image(2, 50, 60));
            float[] features = backbone.features(images, scope).toArray();
            Tensor prepared = scope.allocate(2, backbone.preparedSize());
            backbone.prepare(backbone.pixels(images), prepared);
            List<Tensor> maps = backbone.maps(prepared, scope);
            assertThat(maps.get(0).shape()).isEqualTo(Shape.of(2, 5, 7, 32));
            assertThat(maps.get(1).shape()).isEqualTo(Shape.of(2, 3, 4, 96));
            float[] fine = maps.get(0).toArray();
            float[] coarse = maps.get(1).toArray();
            float[] expected = new float[features.length];
            for (int i = 0; i < expected.length; i++) {
                int channel = i % 128;
                int pixel = i / 128;
                expected[i] = channel < 32
                        ? fine[pixel * 32 + channel]
                        : bilinear(coarse, pixel / 35, pixel / 7 % 5, pixel % 7, channel - 32);
            }
            Close.assertClose("features", features, expected, 1e-6);
        }
    }

    /** Half-pixel centres, from 3 × 4 pixels of 96 channels to 5 × 7. */
    private static float bilinear(float[] maps, int image, int row, int column, int channel) {
        double y = Math.max(0, (row + 0.5) * 3 / 5 - 0.5);
        double x = Math.max(0, (column + 0.5) * 4 / 7 - 0.5);
        double sum = 0;
        for (int dy = 0; dy < 2; dy++) {
            for (int dx = 0; dx < 2; dx++) {
                double share = (dy == 0 ? 1 - y % 1 : y % 1) * (dx == 0 ? 1 - x % 1 : x % 1);
                int from = (image * 3 + Math.min(2, (int) y + dy)) * 4 + Math.min(3, (int) x + dx);
                sum += share * maps[from * 96 + channel];
            }
        }
        return (float) sum;
    }

    @Test
    void chosenStagesComeInTheNetworksOrder() {
        try (Backend backend = Backends.open("cpu");
                CnnBackbone backbone = mobile(SMALL.withStages("features.14.conv.0", "features.7.conv.0"), backend)) {
            assertThat(backbone.stages())
                    .containsExactly(new Stage("features.7.conv.0", 192, 8), new Stage("features.14.conv.0", 576, 16));
            assertThat(backbone.identity()).containsEntry("stages", "features.7.conv.0,features.14.conv.0");
        }
    }

    @Test
    void theFingerprintKnowsEverythingThatShapesFeatures() {
        Path plain = folder.resolve("plain.safetensors");
        Path nested = folder.resolve("nested.pth");
        SafetensorsWriter.write(plain, CnnShapes.seeded(MOBILE, "a/"), Map.of());
        TorchCheckpointWriter.write(nested, RenamedWeights.under("backbone.net.", CnnShapes.seeded(MOBILE, "a/")));
        try (Backend backend = Backends.open("cpu");
                CnnBackbone usual = mobile(SMALL, backend);
                CnnBackbone larger = mobile(SMALL.withInput(48, 56), backend);
                CnnBackbone one = mobile(SMALL.withStages("features.6"), backend);
                CnnBackbone others = CnnBackbone.seeded(MOBILE, "b/", SMALL, backend);
                CnnBackbone fromFile = CnnBackbone.load(plain, SMALL, backend);
                CnnBackbone fromNested = CnnBackbone.load(nested, SMALL, backend)) {
            assertThat(usual.fingerprint()).matches("[0-9a-f]{64}");
            assertThat(Stream.of(usual, larger, one, others).map(CnnBackbone::fingerprint))
                    .doesNotHaveDuplicates();
            assertThat(fromFile.fingerprint()).isEqualTo(usual.fingerprint()).isEqualTo(fromNested.fingerprint());
        }
    }

    @Test
    void whatIsBehindTheLastStageIsNotNeeded() {
        Weights without = weights(name -> !name.startsWith("features.15"));
        try (Backend backend = Backends.open("cpu");
                CnnBackbone backbone = new CnnBackbone(without, SMALL, backend);
                CnnBackbone whole = mobile(SMALL, backend)) {
            assertThat(backbone.fingerprint()).isEqualTo(whole.fingerprint());
        }
    }

    @Test
    void faultsNameTheFileAndTheTensor() {
        try (Backend backend = Backends.open("cpu")) {
            ArrayWeights wrong = (ArrayWeights) weights(name -> true);
            wrong.put("features.3.conv.1.0.weight", Shape.of(144, 2, 3, 3), new float[144 * 18]);
            for (Weights faulty : List.of(weights(name -> !name.startsWith("features.3.conv.1.0")), wrong)) {
                assertThatThrownBy(() -> new CnnBackbone(faulty, SMALL, backend))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("some.safetensors")
                        .hasMessageContaining("features.3.conv.1.0.weight");
            }
            assertThatThrownBy(() -> new CnnBackbone(weights(name -> name.contains("7")), SMALL, backend))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("some.safetensors")
                    .hasMessageContaining("ResNet or MobileNetV2");
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @Test
    void optionsMustFit() {
        try (Backend backend = Backends.open("cpu")) {
            for (CnnBackbone.Options options : List.of(
                    SMALL.withInput(42, 56),
                    SMALL.withInput(0, 56),
                    SMALL.withStages("layer2"),
                    SMALL.withStages("features.6", "features.6"))) {
                assertThatThrownBy(() -> mobile(options, backend))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("expected");
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @Test
    void aClosedBackboneRefusesCallsAndFreesItsWeights() {
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            CnnBackbone backbone = mobile(SMALL, backend);
            assertThat(backend.liveBytes()).isPositive();
            backbone.close();
            assertThat(backend.liveBytes()).isZero();
            assertThatThrownBy(() -> backbone.features(List.of(image(1, 9, 9)), scope))
                    .isInstanceOf(ClosedException.class)
                    .hasMessageContaining(MOBILE);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aRecordedPassGivesTheSameBits(String backendName) {
        try (Backend backend = Backends.open(backendName);
                CnnBackbone backbone = mobile(SMALL, backend);
                Scope scope = backend.scope()) {
            List<RgbImage> images = List.of(image(1, 60, 50), image(2, 50, 60));
            float[] expected = backbone.features(images, scope).toArray();
            Tensor prepared = scope.allocate(2, backbone.preparedSize());
            backbone.prepare(backbone.pixels(images), prepared);
            Tensor features = scope.allocate(2, backbone.patches(), backbone.width());
            try (Recording recording = backend.record(() -> backbone.features(prepared, features))) {
                features.write(new float[expected.length]);
                recording.replay();
                assertThat(features.toArray()).isEqualTo(expected);
            }
        }
    }

    @Test
    void aFileIsKnownByItsTensorsWhateverItsName() {
        Path file = folder.resolve("weights.bin");
        SafetensorsWriter.write(file, CnnShapes.seeded(MOBILE, "a/"), Map.of());
        BackboneLoader.Input input = new BackboneLoader.Input(48, 0, List.of("features.13"));
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor opened = Backbones.open(file.toString(), BackboneLoader.dinoV2(), input, backend);
                FeatureExtractor random =
                        Backbones.open("random:mobilenet_v2", BackboneLoader.dinoV2(), input, backend)) {
            assertThat(opened).isInstanceOf(CnnBackbone.class);
            assertThat(opened.patches()).isEqualTo(9);
            assertThat(opened.width()).isEqualTo(96);
            assertThat(random.name()).isEqualTo(MOBILE);
            assertThat(random.fingerprint()).isNotEqualTo(opened.fingerprint());
        }
    }

    @Test
    void aMethodWithItsOwnNetworkLoadsTheFileItself() {
        Path file = folder.resolve("resnet18.safetensors");
        SafetensorsWriter.write(file, CnnShapes.seeded("resnet18", "a/"), Map.of());
        BackboneNeed<?> need = new BackboneNeed<>(ResNet18Backbone.class, "a ResNet-18");
        BackboneLoader own = new BackboneLoader() {
            @Override
            public BackboneNeed<?> need() {
                return need;
            }

            @Override
            public FeatureExtractor load(Path from, Input input, Backend backend) {
                return ResNet18Backbone.load(from, 64, backend);
            }

            @Override
            public FeatureExtractor madeUp(String name, Input input, Backend backend) {
                return ResNet18Backbone.untrained(1, 64, backend);
            }
        };
        try (Backend backend = Backends.open("cpu")) {
            for (String name : List.of(file.toString(), "random:resnet18")) {
                try (FeatureExtractor opened = Backbones.open(name, own, BackboneLoader.Input.USUAL, backend)) {
                    assertThat(opened).isInstanceOf(ResNet18Backbone.class);
                }
            }
        }
    }
}
