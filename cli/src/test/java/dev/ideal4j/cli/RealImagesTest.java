package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.testing.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts on photographs of ball screws, and what a fitted detector learns from them. */
class RealImagesTest {
    @TempDir
    Path folder;

    private final List<Object> good = new ArrayList<>();
    private final List<Object> pitted = new ArrayList<>();
    private Path fitted;

    private void fit() throws IOException {
        Path images = Fixture.data("ball-screw/good/000.jpg").getParent();
        try (Stream<Path> files = Files.list(images)) {
            files.sorted().limit(28).forEach(good::add);
        }
        try (Stream<Path> files = Files.list(images.resolveSibling("pitting"))) {
            files.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .limit(10)
                    .forEach(pitted::add);
        }
        fitted = folder.resolve("screw.fitted");
        CommandRun run = CommandRun.joined(
                new Object[] {"fit", "--size", 224, "--max-false-alarms", "20%", "--save", fitted, "--normal"},
                good.subList(0, 8).toArray());
        assertThat(run.code()).as(run.err()).isZero();
    }

    private static String verdict(Path fitted, Object image) throws IOException {
        return detect(fitted, List.of(image)).get(0).path("verdict").asText();
    }

    private static JsonNode detect(Path fitted, List<Object> images) throws IOException {
        CommandRun run = CommandRun.joined(
                new Object[] {"detect", "--fitted", fitted, "--format", "json", "--"}, images.toArray());
        assertThat(run.code()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    private static Object first(JsonNode scored, String verdict) {
        for (JsonNode image : scored) {
            if (image.path("verdict").asText().equals(verdict)) {
                return image.path("image").asText();
            }
        }
        throw new AssertionError("no image is " + verdict);
    }

    @Test
    void aFalseAlarmIsForgottenAndAMissedDefectRemembered() throws IOException {
        fit();
        Object alarm = first(detect(fitted, good.subList(8, 28)), "ANOMALOUS");
        CommandRun normal = CommandRun.of("add", fitted, "--normal", alarm);
        assertThat(normal.code()).as(normal.err()).isZero();
        assertThat(verdict(fitted, alarm)).isEqualTo("GOOD");

        Object missed = first(detect(fitted, pitted), "GOOD");
        CommandRun abnormal = CommandRun.of(
                "add",
                fitted,
                "--abnormal",
                missed,
                "--labels",
                Path.of((String) missed).getParent());
        assertThat(abnormal.code()).as(abnormal.err()).isZero();
        assertThat(verdict(fitted, missed)).isEqualTo("ANOMALOUS");
    }
}
