package dev.ideal4j.backbone.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.ideal4j.backbone.GoldenVit;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exported graph, run by ONNX Runtime, gives the published implementation's values. */
class OnnxExporterTest {
    @TempDir
    Path folder;

    @Tag("golden")
    @ParameterizedTest
    @CsvSource({
        "dinov2_tiny, square", "dinov2_tiny, wide",
        "dinov2_tiny_reg4, square", "dinov2_tiny_reg4, wide",
        "dinov2_tiny_swiglu, square", "dinov2_tiny_swiglu, wide"
    })
    void agreesWithThePublishedModel(String model, String input) throws OrtException {
        Fixture fixture = Fixture.open("backbone/" + model + ".safetensors");
        VitWeights weights = GoldenVit.weights(fixture);
        int[] shape = fixture.shape(input + "/image");
        Path file = folder.resolve("model.onnx");
        OnnxExporter.export(weights, shape[2], shape[3], file);

        long[] lengths = Arrays.stream(shape).asLongStream().toArray();
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        FloatBuffer pixels = FloatBuffer.wrap(fixture.floats(input + "/image"));
        try (OrtSession session = runtime.createSession(file.toString());
                OnnxTensor images = OnnxTensor.createTensor(runtime, pixels, lengths);
                OrtSession.Result result = session.run(Map.of("images", images))) {
            String layer = input + "/layer" + (weights.config().depth() - 1);
            Close.assertClose("patches", values(result, "patches"), fixture.floats(layer + "/patch"), 1e-4);
            Close.assertClose("class token", values(result, "class_token"), fixture.floats(layer + "/cls"), 1e-4);
        }
    }

    private static float[] values(OrtSession.Result result, String name) {
        FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Test
    void refusesWhatTheFormatCannotHold() {
        VitWeights giant = VitWeights.seeded(VitConfig.named("dinov2_vitg14"), "giant/");
        Path file = folder.resolve("giant.onnx");
        assertThatThrownBy(() -> OnnxExporter.export(giant, 448, 448, file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("giant.onnx")
                .hasMessageContaining("2147483647");
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesSizesBetweenPatches() {
        VitWeights small = VitWeights.seeded(VitConfig.named("dinov2_vits14"), "small/");
        assertThatThrownBy(() -> OnnxExporter.export(small, 448, 450, folder.resolve("small.onnx")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("448×450");
    }

    @Test
    void namesAFileThatCannotBeWritten() throws Exception {
        VitWeights tiny =
                VitWeights.seeded(new VitConfig(8, 1, 2, 16, false, 0, 14, 3, VitConfig.Position.PLAIN), "tiny/");
        Path inTheWay = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> OnnxExporter.export(tiny, 28, 28, inTheWay.resolve("model.onnx")))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("model.onnx");
    }
}
