package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ideal survey}. */
class SurveyCommandTest {
    @TempDir
    Path folder;

    private CommandRun survey() {
        return CommandRun.of(
                "survey",
                "--data-root",
                folder,
                "--target",
                "parts",
                "--detectors",
                "ideal",
                "patchcore",
                "--framing",
                "stretch",
                "fit",
                "--n-shot",
                2,
                "--a-shot",
                0,
                1,
                "--seed",
                0,
                1,
                2,
                "--out",
                folder.resolve("out"));
    }

    @Tag("long")
    @Test
    void everyCombinationIsInTheTableAndASecondRunTakesWhatIsThere() throws IOException {
        Path parts = folder.resolve("parts");
        for (String sub : List.of("good", "spot", "ground_truth/spot")) {
            Files.createDirectories(parts.resolve(sub));
        }
        for (int i = 0; i < 6; i++) {
            CommandRun.image(parts.resolve("good/" + i + ".png"), i, 20, 20, 0);
        }
        for (int i = 0; i < 4; i++) {
            CommandRun.image(parts.resolve("spot/" + i + ".png"), 10 + i, 40, 30 + 8 * i, 24);
            CommandRun.mask(parts.resolve("ground_truth/spot/" + i + ".png"), 40, 30 + 8 * i, 24);
        }
        CommandRun first = survey();
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("### parts, builtin\n\n| method | n | a | I-AUROC |");
        // PatchCore does not use anomalous references.
        assertThat(first.out().lines().filter(line -> line.matches("\\| (ideal|patchcore), .*")))
                .hasSize(6)
                .allMatch(line -> line.contains(" | 1.00 ±0.00 | "));
        assertThat(first.err()).contains("parts builtin fit ideal, n = 2, a = 1: I-AUROC 1.00 ±0.00");
        Path one = folder.resolve("out/parts/builtin/fit/ideal/n2a1");
        assertThat(one.resolve("report.html")).isNotEmptyFile();
        List<String> csv = Files.readAllLines(folder.resolve("out/survey.csv"));
        assertThat(csv).hasSize(1 + 6 * 3);

        assertThat(survey().out()).isEqualTo(first.out());

        Files.delete(parts.resolve("good/0.png"));
        CommandRun again = survey();
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("index");
    }

    @Test
    void whatDoesNotExistIsNamed() throws IOException {
        Files.createDirectories(folder.resolve("parts/good"));
        CommandRun.image(folder.resolve("parts/good/0.png"), 1, 20, 20, 0);
        for (List<String> bad : List.of(
                List.of("--detectors", "magic", "--detectors: detector: found magic"),
                List.of("--framing", "12", "--framing: found 12, expected stretch, fit"))) {
            CommandRun run = CommandRun.of(
                    "survey", "--data-root", folder, "--target", "parts", bad.get(0), bad.get(1), "--out", folder);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains(bad.get(2));
        }
    }
}
