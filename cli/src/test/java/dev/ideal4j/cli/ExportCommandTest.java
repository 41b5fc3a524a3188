package dev.ideal4j.cli;

import static dev.ideal4j.cli.CommandRun.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal export} of a fitted detector and of a backbone. */
class ExportCommandTest {
    private static final String[] BUILTIN = {"--backbone", "builtin", "--size", "112", "--backend", "cpu"};

    @TempDir
    static Path data;

    @TempDir
    Path folder;

    @BeforeAll
    static void images() {
        for (int i = 0; i < 4; i++) {
            image(data.resolve(i + ".png"), i);
        }
        image(data.resolve("query.png"), 9, 40, 40, 20);
    }

    private Path fit(String... options) {
        Path fitted = folder.resolve("tile.fitted");
        Object[] references = {"--normal", data.resolve("0.png"), data.resolve("1.png"), data.resolve("2.png")};
        CommandRun run = CommandRun.joined(new Object[] {"fit", "--save", fitted}, options, BUILTIN, references);
        assertThat(run.code()).as(run.err()).isZero();
        return fitted;
    }

    @Test
    void theFileScoresAsDetectDoes() throws Exception {
        Path fitted = fit("--detector", "patchcore", "--max-false-alarms", "0.25");
        Path file = folder.resolve("tile.onnx");
        Path query = data.resolve("query.png");
        CommandRun exported = CommandRun.of("export", fitted, "--onnx", file);
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.err()).isEqualTo("saved " + file + System.lineSeparator());

        CommandRun detected = CommandRun.of("detect", "--fitted", fitted, "--format", "json", "--", query);
        JsonNode expected = new ObjectMapper().readTree(detected.out()).get(0);
        RgbImage image = ImageReader.read(query);
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        long[] shape = {image.height(), image.width(), 3};
        try (OrtSession session = runtime.createSession(file.toString());
                OnnxTensor input =
                        OnnxTensor.createTensor(runtime, ByteBuffer.wrap(image.samples()), shape, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of("image", input))) {
            double score = ((float[]) result.get("score").orElseThrow().getValue())[0];
            assertThat(score).isCloseTo(expected.path("score").asDouble(), within(1e-4 * score));
            assertThat(((boolean[]) result.get("anomalous").orElseThrow().getValue())[0])
                    .isTrue()
                    .isEqualTo(expected.path("verdict").asText().equalsIgnoreCase("anomalous"));
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("method", "patchcore")
                    .containsEntry("maxFalseAlarms", "0.25")
                    .containsEntry("seed", "0");
        }
    }

    @Test
    void whatCannotBeExportedEndsWithOneLine() {
        Path file = folder.resolve("tile.onnx");
        CommandRun tiles = CommandRun.of("export", fit("--detector", "patchcore", "--tile", "112"), "--onnx", file);
        assertThat(tiles.code()).isEqualTo(1);
        assertThat(tiles.err()).contains("ONNX export", "tiles").hasLineCount(1);
        CommandRun method = CommandRun.of("export", fit("--detector", "nagl"), "--onnx", file);
        assertThat(method.code()).isEqualTo(1);
        assertThat(method.err()).contains("ONNX export", "the method nagl");
        assertThat(file).doesNotExist();
    }

    @Test
    void withoutAFittedDetectorOnlyADinoV2BackboneIsExported() {
        CommandRun run = CommandRun.of("export", "--onnx", folder.resolve("backbone.onnx"), "--backbone", "builtin");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("builtin").hasLineCount(1);
    }
}
