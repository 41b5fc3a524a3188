package dev.ideal4j.backbone.cnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.TestBackends;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that torchvision and timm wrote, with the maps that these libraries compute: {@code published/make_cnn.py}. */
class PublishedCnnFilesTest {
    private static final double TOLERANCE = 1e-4;

    static Stream<Arguments> files() {
        return TestBackends.available().flatMap(backend -> Stream.of(
                        "torchvision_mobilenet.pth", "timm_resnet.safetensors", "timm_bottleneck.pth")
                .map(file -> Arguments.of(backend, file)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesOfTorchvisionAndTimmGiveTheirMaps(String backendName, String file) {
        String name = file.replaceFirst("[.].*", "");
        try (WeightFile outputs = Checkpoints.open(resource("cnn_outputs.safetensors"));
                WeightFile weights = Checkpoints.open(resource(file));
                Backend backend = Backends.open(backendName)) {
            Cnn network = Cnns.find(weights).orElseThrow();
            List<String> stages = network.stages().stream()
                    .filter(stage -> outputs.names().contains(name + "/" + stage))
                    .toList();
            assertThat(stages).hasSizeBetween(3, 4);
            Shape pixels = outputs.shape("pixels");
            CnnGoldenTest.Images image =
                    new CnnGoldenTest.Images(outputs.read("pixels"), 1, pixels.axis(2), pixels.axis(3));
            CnnGoldenTest.run(network.weights(), stages, image, backend, (stage, map, shape) -> {
                String output = name + "/" + stage;
                assertThat(shape).containsExactly(outputs.shape(output).toArray());
                Close.assertClose(output, map, outputs.read(output), TOLERANCE);
            });
        }
    }

    /** Networks with further layers, such as timm's SE-ResNets, have the names of a ResNet beside those of the layers. */
    @ParameterizedTest
    @CsvSource({
        "timm_resnet.safetensors, layer1.0.se.fc1.weight, the weights of a ResNet",
        "timm_bottleneck.pth, layer2.0.bn3.attn.gain, the weights of a ResNet",
        "torchvision_mobilenet.pth, features.3.conv.4.weight, the weights of a MobileNetV2"
    })
    void aTensorThatTheNetworkDoesNotHaveIsRefused(String file, String name, String expected) {
        try (WeightFile weights = Checkpoints.open(resource(file))) {
            assertThat(CnnBackbone.isIn(weights)).isTrue();
            String outer = weights.names().stream()
                    .filter(tensor -> tensor.endsWith("layer1.0.conv1.weight"))
                    .map(tensor -> tensor.replace("layer1.0.conv1.weight", ""))
                    .findFirst()
                    .orElse("");
            Weights more = copy(weights).put(outer + name, Shape.of(1), new float[] {1});
            assertThatThrownBy(() -> CnnBackbone.isIn(more))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining(expected);
        }
    }

    /** A bias before a batch normalisation moves its mean. */
    @Test
    void aBiasBeforeABatchNormalisationIsUsed() {
        try (WeightFile weights = Checkpoints.open(resource("timm_resnet.safetensors"));
                Backend backend = Backends.open("cpu")) {
            ArrayWeights biased = copy(weights);
            ArrayWeights moved = copy(weights);
            float[] mean = weights.read("layer1.0.bn1.running_mean");
            float[] bias = new float[mean.length];
            for (int i = 0; i < bias.length; i++) {
                bias[i] = i - 5.5f;
                mean[i] -= bias[i];
            }
            biased.put("layer1.0.conv1.bias", Shape.of(bias.length), bias);
            moved.put("layer1.0.bn1.running_mean", Shape.of(mean.length), mean);
            Close.assertClose("layer1", layer1(biased, backend), layer1(moved, backend), 1e-6);
            assertThat(layer1(biased, backend)).isNotEqualTo(layer1(weights, backend));
        }
    }

    private static float[] layer1(Weights weights, Backend backend) {
        float[][] kept = new float[1][];
        CnnGoldenTest.Images image = CnnGoldenTest.Images.seeded("image", 1, 32, 32, 1);
        CnnGoldenTest.run(weights, List.of("layer1"), image, backend, (stage, map, shape) -> kept[0] = map);
        return kept[0];
    }

    private static ArrayWeights copy(Weights weights) {
        ArrayWeights more = new ArrayWeights("changed");
        weights.names().stream()
                .filter(name -> !name.endsWith("num_batches_tracked"))
                .forEach(name -> more.put(name, weights.shape(name), weights.read(name)));
        return more;
    }

    private static Path resource(String name) {
        try {
            return Path.of(PublishedCnnFilesTest.class
                    .getResource("/published/" + name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
