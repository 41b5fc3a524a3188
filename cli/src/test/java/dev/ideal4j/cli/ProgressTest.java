package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter log = new StringWriter();
    private long now;

    private Progress start(long done, long steps, String unit) {
        return Progress.lines(new PrintWriter(log), "scoring", done, steps, unit, () -> now);
    }

    private void wait(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void saysALineNowAndThenAndHowLongItStillTakes() {
        Progress progress = start(100, 400, " images");
        wait(10);
        progress.to(110, 400);
        assertThat(log.toString()).isEmpty();
        wait(10);
        progress.to(120, 400);
        assertThat(log.toString()).isEqualToIgnoringNewLines("scoring: 120 of 400 images, about 5 min left");
        wait(280);
        progress.to(400, 400);
        assertThat(log.toString()).hasLineCount(1);
    }

    @Test
    void saysWhatTheStepIsBusyWith() {
        Progress progress = start(0, 8, "");
        wait(16);
        progress.note("loss 0.5");
        assertThat(log.toString()).isEqualToIgnoringNewLines("scoring: 0 of 8, loss 0.5");
    }

    @Test
    void countsWithoutAnEnd() {
        Progress progress = start(0, -1, " bytes");
        wait(16);
        progress.to(1000, -1);
        assertThat(log.toString()).isEqualToIgnoringNewLines("scoring: 1000 bytes");
    }

    @Test
    void anEvaluationSaysHowManyTilesOfAnImageAreScored() {
        try (EvaluationProgress progress =
                new EvaluationProgress(new PrintWriter(new StringWriter()), new PrintWriter(log), () -> now)) {
            progress.started(10, 0);
            progress.training().computed(16);
            wait(16);
            progress.training().computed(24);
            wait(16);
            progress.tiles(32, 144);
            progress.tiles(144, 144);
            progress.advanced(1);
            wait(32);
            progress.tiles(16, 144);
        }
        assertThat(log.toString().lines().toList())
                .containsExactly(
                        "scoring: 0 of 10 images, 24 references or tiles of them have features",
                        "scoring: 0 of 10 images, 32 of 144 tiles of the next",
                        "scoring: 1 of 10 images, 16 of 144 tiles of the next, about 10 min left");
    }

    @Test
    void theTimeLeftIsOfTheWholeTraining() {
        try (TrainingProgress progress = new TrainingProgress(new PrintWriter(log), () -> now)) {
            progress.started(50, 0);
            progress.iteration(0, 0, 20, 1e-3, Map.of("total", 1f));
            wait(72);
            progress.iteration(0, 1, 20, 1e-3, Map.of("total", 1f));
        }
        assertThat(log.toString().lines().toList())
                .containsExactly(
                        "training: 50 epochs", "training: 2 of 1000 steps, epoch 1, loss 1.0000, about 20.0 h left");
    }
}
