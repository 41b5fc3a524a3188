package dev.ideal4j.backbone.cnn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutional networks against torchvision's, timm's and the fixtures' values, on every backend. */
@Tag("golden")
class CnnGoldenTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final double TOLERANCE = 1e-4;

    /** How many values of a map the fixtures keep. */
    private static final int OF_TORCHVISION = 200;

    private static final int OF_TINY = 300;
    private static final int OF_REAL = 400;

    private static final List<String> RESNET_STAGES = List.of("relu", "layer1", "layer2", "layer3", "layer4");

    /** A batch of images of one size, {@code (b, 3, h, w)}. */
    record Images(float[] pixels, int count, int height, int width) {
        static Images seeded(String name, int count, int height, int width, double scale) {
            return new Images(SeededValues.uniform(name, count * 3 * height * width, scale, 0), count, height, width);
        }
    }

    @FunctionalInterface
    interface Check {
        void accept(String stage, float[] map, int[] shape);
    }

    /** Runs a network and hands over its maps with their channels first. */
    static void run(Weights weights, List<String> stages, Images images, Backend backend, Check check) {
        try (Scope scope = backend.scope()) {
            CnnNetwork network = new CnnNetwork(Cnns.require(weights), stages, scope);
            assertThat(network.stages()).extracting(Stage::name).containsExactlyElementsOf(stages);
            Shape padded = network.padded(images.height, images.width);
            Tensor prepared = scope.upload(
                    network.prepare(images.pixels, images.height, images.width),
                    images.count,
                    padded.axis(0),
                    padded.axis(1),
                    padded.axis(2));
            network.run(prepared, (stage, map) -> {
                int[] shape = map.shape().toArray();
                assertThat(shape[3]).isEqualTo(stage.width());
                assertThat(shape[1]).isEqualTo((images.height + stage.stride() - 1) / stage.stride());
                check.accept(stage.name(), channelsFirst(map), new int[] {shape[0], shape[3], shape[1], shape[2]});
            });
        }
        assertThat(backend.liveBytes()).isZero();
    }

    private static float[] channelsFirst(Tensor map) {
        int channels = map.shape().last();
        int pixels = map.shape().axis(1) * map.shape().axis(2);
        float[] from = map.toArray();
        float[] to = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            int image = i / channels / pixels;
            to[(image * channels + i % channels) * pixels + i / channels % pixels] = from[i];
        }
        return to;
    }

    /** Every n-th value, with n such that about {@code kept} remain. */
    private static void assertSame(Fixture fixture, String name, float[] map, int kept) {
        int step = Math.max(1, map.length / kept);
        float[] some = new float[(map.length + step - 1) / step];
        Arrays.setAll(new Object[some.length], i -> some[i] = map[i * step]);
        Close.assertClose(name, some, fixture.floats(name + "/every_" + step + "th"), TOLERANCE);
    }

    private static void assertSame(Fixture fixture, String name, float[] map, int[] shape, int kept) {
        assertThat(shape).as(name).containsExactly(Arrays.copyOf(ints(fixture, name + "/shape"), 4));
        assertSame(fixture, name, map, kept);
        double squares = 0;
        for (float value : map) {
            squares += (double) value * value;
        }
        Close.assertClose(
                name + " norm", new float[] {(float) Math.sqrt(squares)}, fixture.floats(name + "/norm"), TOLERANCE);
    }

    private static int[] ints(Fixture fixture, String name) {
        return Arrays.stream(fixture.doubles(name))
                .mapToInt(value -> (int) value)
                .toArray();
    }

    static Stream<Arguments> torchvisionNetworks() {
        return TestBackends.available()
                .flatMap(backend -> CnnBackbone.names().stream().map(network -> Arguments.of(backend, network)));
    }

    @ParameterizedTest
    @MethodSource("torchvisionNetworks")
    void torchvisionsNetworksGiveTheirMaps(String backendName, String name) {
        Fixture fixture = Fixture.open("backbone/torchvision_cnns.safetensors");
        String seed = fixture.meta("seed_prefix");
        Weights weights = CnnShapes.seeded(name, seed + name + "/");
        Images image = Images.seeded(seed + "image", 1, 40, 56, 2);
        List<String> stages =
                switch (name) {
                    case "resnet18" -> RESNET_STAGES;
                    case "mobilenet_v2" ->
                        List.of("features.0", "features.6", "features.13", "features.14.conv.0", "features.18");
                    default -> List.of("layer2", "layer3");
                };
        try (Backend backend = Backends.open(backendName)) {
            run(
                    weights,
                    stages,
                    image,
                    backend,
                    (stage, map, shape) -> assertSame(fixture, name + "/" + stage, map, shape, OF_TORCHVISION));
        }
    }

    /** The names and shapes are those of timm's own file; the values are seeded by timm's names. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void timmsMobileNetGivesItsMaps(String backendName) {
        Fixture fixture = Fixture.open("backbone/torchvision_cnns.safetensors");
        String seed = fixture.meta("seed_prefix");
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String tensor : fixture.meta("timm").split(";")) {
            String[] parts = tensor.split(" ", 2);
            shapes.put(parts[0], Shape.of(parts[1].isEmpty() ? new int[0] : lengths(parts[1])));
        }
        Weights weights = new SeededWeights(seed + "timm/", shapes);
        Images image = Images.seeded(seed + "image", 1, 40, 56, 2);
        List<String> stages = List.of("features.1", "features.3", "features.6", "features.13", "features.17");
        try (Backend backend = Backends.open(backendName)) {
            run(
                    weights,
                    stages,
                    image,
                    backend,
                    (stage, map, shape) -> assertSame(fixture, "timm/" + stage, map, shape, OF_TORCHVISION));
        }
    }

    private static int[] lengths(String text) {
        return Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
    }

    static Stream<Arguments> tinyNetworks() {
        return TestBackends.available().flatMap(backend -> Stream.of("resnet50", "wide_resnet14_2", "mobilenet_v2")
                .map(network -> Arguments.of(backend, network)));
    }

    @ParameterizedTest
    @MethodSource("tinyNetworks")
    void everyStageAgreesForEvenAndOddSizes(String backendName, String name) {
        Fixture fixture = Fixture.open("backbone/cnn_tiny.safetensors");
        String seed = fixture.meta("seed_prefix");
        Map<String, Shape> shapes =
                switch (name) {
                    case "resnet50" -> CnnShapes.resNet(1, true, 3, 4, 6, 3);
                    case "wide_resnet14_2" -> CnnShapes.resNet(2, true, 1, 1, 1, 1);
                    default -> CnnShapes.mobileNetV2();
                };
        Weights weights = new SeededWeights(seed + name + "/", shapes);
        List<String> stages = name.startsWith("mobilenet")
                ? MobileNetV2.ofTorchvision(weights).stages()
                : RESNET_STAGES;
        try (Backend backend = Backends.open(backendName)) {
            Images even = Images.seeded(seed + "image_even", 2, 64, 96, 2);
            Images odd = Images.seeded(seed + "image_odd", 1, 75, 99, 2);
            for (Images images : List.of(even, odd)) {
                run(weights, stages, images, backend, (stage, map, shape) -> {
                    String at = name + (images == even ? "/even/" : "/odd/") + inFixture(stage);
                    if (fixture.has(at + "/norm")) {
                        assertSame(fixture, at, map, shape, OF_TINY);
                    } else {
                        assertThat(stage).endsWith(".conv.0"); // the fixture has some expansions only
                    }
                });
            }
        }
    }

    private static String inFixture(String stage) {
        return stage.equals("relu")
                ? "stem"
                : stage.replace("features.", "features").replace(".conv.0", "_expansion");
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void realWeightsGiveTheFixturesMaps(String backendName) {
        Fixture fixture = Fixture.open("backbone/mobilenet_v2_imagenet.safetensors");
        List<String> stages = List.of("features.3", "features.6", "features.13", "features.14.conv.0", "features.18");
        Map<String, Images> inputs = new LinkedHashMap<>();
        inputs.put("odd", Images.seeded(fixture.meta("seed_prefix") + "image", 1, 75, 99, 1));
        inputs.put("square", photograph("magnetic-tile/tile/test/blowhole/000.png", 224, 224));
        inputs.put("wide", photograph("magnetic-tile/tile/test/good/000.png", 256, 320));
        try (Backend backend = Backends.open(backendName);
                WeightFile weights = Checkpoints.open(Fixture.weights("mobilenet_v2_imagenet.safetensors"))) {
            inputs.forEach((input, image) -> run(weights, stages, image, backend, (stage, map, shape) -> {
                String name = input + "/" + stage.replace("features.", "block").replace(".conv.0", "_expansion");
                assertThat(Arrays.copyOfRange(shape, 1, 4)).containsExactly(ints(fixture, name + "/shape"));
                assertSame(fixture, name, map, OF_REAL);
            }));
        }
    }

    private static Images photograph(String name, int height, int width) {
        float[] pixels = new float[3 * height * width];
        float[] half = {0.5f, 0.5f, 0.5f};
        new ImageNormalization(half, half)
                .write(
                        PillowResize.resize(
                                ImageReader.read(Fixture.data(name)), width, height, PillowResize.Filter.BICUBIC),
                        pixels,
                        0);
        return new Images(pixels, 1, height, width);
    }
}
