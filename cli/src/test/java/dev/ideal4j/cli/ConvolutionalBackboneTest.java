package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ResNets and MobileNetV2 as the backbone of commands. */
class ConvolutionalBackboneTest {
    @TempDir
    private static Path data;

    private static Path normal;
    private static Path query;

    @BeforeAll
    static void write() {
        normal = CommandRun.image(data.resolve("normal.png"), 1);
        query = CommandRun.image(data.resolve("query.png"), 2);
    }

    private static CommandRun run(String command, Object... arguments) {
        Stream<Object> backbone = Stream.of(command, "--backbone", "random:mobilenet_v2", "--size", 64);
        return CommandRun.of(Stream.concat(backbone, Stream.of(arguments)).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad", "fdsl"})
    void servesEveryDetectorThatTakesFeatures(String detector) {
        CommandRun run = run("detect", "--detector", detector, "--normal", normal, "--", query);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("made-up weights");
        assertThat(run.out()).contains("query.png");
    }

    @Test
    void aFittedFileKnowsItsStages() {
        Path fitted = data.resolve("part.fitted");
        String stages = "features.3,features.7.conv.0";
        CommandRun fit = run("fit", "--stages", stages, "--normal", normal, "--save", fitted);
        assertThat(fit.code()).as(fit.err()).isZero();
        CommandRun direct = run("detect", "--stages", stages, "--normal", normal, "--", query);
        CommandRun recalled = CommandRun.of("detect", "--fitted", fitted, "--", query);
        assertThat(recalled.code()).as(recalled.err()).isZero();
        assertThat(recalled.out()).isEqualTo(direct.out());
        CommandRun other = CommandRun.of("detect", "--fitted", fitted, "--stages", "features.6", "--", query);
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).contains("--stages").contains(stages);
    }

    @Test
    void wrongStagesAreAUsageErrorThatNamesThem() {
        CommandRun unknown = run("detect", "--stages", "layer9", "--normal", normal, "--", query);
        assertThat(unknown.code()).as(unknown.err()).isEqualTo(2);
        assertThat(unknown.err()).contains("--stages: found layer9").contains("features.14.conv.0");
        CommandRun none = CommandRun.of("detect", "--stages", "layer2", "--normal", normal, "--", query);
        assertThat(none.code()).as(none.err()).isEqualTo(2);
        assertThat(none.err()).contains("--stages: found layer2").contains("builtin");
    }

    @Test
    void theListOfWeightsHasThemWithTheirLicence() {
        CommandRun run = CommandRun.of("weights", "list");
        for (String name : new String[] {"resnet50", "wide_resnet50_2", "mobilenet_v2"}) {
            assertThat(run.lines()).anyMatch(line -> line.startsWith(name + " ") && line.contains("BSD-3-Clause"));
        }
    }
}
