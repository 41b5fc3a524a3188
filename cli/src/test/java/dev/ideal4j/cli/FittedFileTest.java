package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings that {@code ideal detect --fitted} takes from the file, and the options that it refuses. */
class FittedFileTest {
    @TempDir
    static Path data;

    private static Path normal;
    private static Path other;
    private static Path query;
    private static Path fitted;

    @BeforeAll
    static void fit() {
        normal = CommandRun.image(data.resolve("normal.png"), 1);
        other = CommandRun.image(data.resolve("other.png"), 2);
        query = CommandRun.image(data.resolve("query.png"), 3, 60, 60, 30);
        fitted = data.resolve("part.fitted");
        CommandRun run =
                CommandRun.of("fit", "--size", 112, "--smoothing", 2, "--normal", normal, other, "--save", fitted);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEmpty();
    }

    private static CommandRun detect(Object... more) {
        return CommandRun.joined(new Object[] {"detect", "--format", "csv", "--fitted", fitted}, more);
    }

    @Test
    void backboneSizeAndSettingsNeedNotBeGivenAgain() {
        CommandRun run = detect("--", query);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).startsWith("1 of 1 image anomalous; threshold").hasLineCount(1);
        CommandRun direct = CommandRun.of(
                "detect", "--format", "csv", "--size", 112, "--smoothing", 2, "--normal", normal, other, "--", query);
        assertThat(run.out()).isEqualTo(direct.out());
        assertThat(detect("--size", 112, "--backbone", "builtin", "--smoothing", 2, "--", query)
                        .out())
                .isEqualTo(direct.out());
    }

    @Test
    void settingsOfTheBackboneAreTakenAsWell() {
        Path file = data.resolve("crop.fitted");
        Object[] settings = {
            "--detector",
            "visionad",
            "--no-query-augmentation",
            "--no-support-augmentation",
            "--backbone",
            "random:dinov2_vits14",
            "--size",
            112,
            "--crop",
            84,
            "--first-layer",
            1,
            "--normal",
            normal
        };
        assertThat(CommandRun.joined(new Object[] {"fit", "--save", file}, settings)
                        .code())
                .isZero();
        CommandRun run = CommandRun.of("detect", "--format", "csv", "--fitted", file, "--", query);
        assertThat(run.code()).as(run.err()).isZero();
        CommandRun direct =
                CommandRun.joined(new Object[] {"detect", "--format", "csv"}, settings, new Object[] {"--", query});
        assertThat(run.out()).isEqualTo(direct.out());
    }

    @ParameterizedTest
    @CsvSource({
        "--size, 224, 112",
        "--backbone, builtin-smooth, builtin",
        "--backbone, random:dinov2_vits14, builtin",
        "--detector, visionad, ideal",
        "--topk, 8, 12",
        "--smoothing, 4, 2.0"
    })
    void anOptionThatDiffersIsRefusedWithBothValues(String option, String given, String noted) {
        CommandRun run = detect(option, given, "--", query);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("ideal detect: " + option + ": found " + given)
                .contains("expected " + noted);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--encoder-seed", "--windows", "--crop"})
    void anOptionWithoutEffectIsRefused(String option) {
        CommandRun run = detect(option, option.equals("--windows") ? "none" : "28", "--", query);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(option);
    }

    @Test
    void theHeatmapScaleIsTheFits() throws IOException {
        CommandRun run = detect("--out", data.resolve("fitted-out"), "--", query);
        assertThat(run.code()).as(run.err()).isZero();
        CommandRun direct = CommandRun.of(
                "detect",
                "--size",
                112,
                "--smoothing",
                2,
                "--out",
                data.resolve("direct-out"),
                "--normal",
                normal,
                other,
                "--",
                query);
        assertThat(direct.code()).isZero();
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(data.resolve("fitted-out/config.json").toFile())
                        .path("heatmapScale"))
                .hasSize(2)
                .isEqualTo(
                        mapper.readTree(data.resolve("direct-out/config.json").toFile())
                                .path("heatmapScale"));
    }

    @Tag("long")
    @Test
    void aNetworkTrainedInTheFitNeedsNoBackbone() throws IOException {
        Path weights = data.resolve("resnet.safetensors");
        try (Backend backend = Backends.open("cpu");
                ResNet18Backbone start = ResNet18Backbone.untrained(3, 64, backend)) {
            SafetensorsWriter.write(weights, start.weights(), Map.of());
        }
        Path file = data.resolve("devnet.fitted");
        CommandRun run = CommandRun.of(
                "fit",
                "--detector",
                "devnet",
                "--backbone",
                weights,
                "--size",
                64,
                "--fit-epochs",
                1,
                "--fit-steps",
                1,
                "--fit-batch",
                1,
                "--normal",
                normal,
                "--abnormal",
                query,
                "--save",
                file);
        assertThat(run.code()).as(run.err()).isZero();
        Files.delete(weights);
        CommandRun detect = CommandRun.of("detect", "--fitted", file, "--", query);
        assertThat(detect.code()).as(detect.err()).isZero();
        assertThat(CommandRun.of("detect", "--fitted", file, "--backbone", "builtin", "--", query)
                        .code())
                .isEqualTo(2);
    }

    @Test
    void whatIsNoFittedFileIsNamed() throws IOException {
        Path empty = Files.createFile(data.resolve("empty.fitted"));
        Path torn = data.resolve("torn.fitted");
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(fitted), 5000));
        Path edited = data.resolve("edited.fitted");
        byte[] bytes = Files.readAllBytes(fitted);
        bytes[bytes.length - 1] ^= 1;
        Files.write(edited, bytes);
        for (Path file : new Path[] {empty, torn, edited, data, query, data.resolve("nowhere.fitted")}) {
            CommandRun run = CommandRun.of("detect", "--fitted", file, "--", query);
            assertThat(run.code()).as(file.toString()).isEqualTo(1);
            assertThat(run.err()).startsWith("ideal: " + file + ": ").hasLineCount(1);
        }
    }

    @Test
    void theOrderOfTheReferencesDoesNotMatter() {
        String[] scores = new String[2];
        for (int i = 0; i < 2; i++) {
            CommandRun run = CommandRun.of(
                    "detect",
                    "--format",
                    "csv",
                    "--size",
                    112,
                    "--normal",
                    i == 0 ? normal : other,
                    i == 0 ? other : normal,
                    "--",
                    query);
            scores[i] = run.out();
        }
        assertThat(scores[0]).isEqualTo(scores[1]);
    }
}
