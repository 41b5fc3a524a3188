package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs that end early, leave images out or go on in a folder. */
class EvaluationFailuresTest extends MadeRuns {
    @Test
    void anInterruptedRunGoesOnWhereItWas() throws IOException {
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 1, 1, false);
        Results undisturbed = run(plan, "undisturbed");
        AtomicInteger scored = new AtomicInteger();
        Evaluation failing = new Evaluation(
                plan,
                new BrightnessDetector(image -> {
                    if (scored.incrementAndGet() == 16) {
                        throw new IllegalStateException("power cut");
                    }
                }),
                PROVENANCE,
                EvaluationListener.NONE);
        assertThatThrownBy(() -> failing.run(folder.resolve("cut"))).hasMessage("power cut");
        Files.writeString(folder.resolve("cut/run/journal.jsonl"), "{\"seed\": 17, \"prod", StandardOpenOption.APPEND);

        Results resumed = run(plan, "cut");
        assertThat(resumed.run().scored()).isEqualTo(26 - 15);
        assertThat(resumed.products()).isEqualTo(undisturbed.products());
    }

    @Test
    void aBrokenImageStopsTheRunByName() throws IOException {
        Path broken = breakOne();
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 2, false);
        assertThatThrownBy(() -> run(plan, "stop"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void keepGoingReportsCountsAndLeavesOutABrokenImage() throws IOException {
        Results whole = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "whole");
        Path broken = folder.resolve("made/ring/test/spot/002.png");
        byte[] content = Files.readAllBytes(broken);
        breakOne();
        List<SkippedImage> told = new ArrayList<>();
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 1, true);
        Results results = new Evaluation(plan, new BrightnessDetector(), PROVENANCE, new EvaluationListener() {
                    @Override
                    public void skipped(SkippedImage image) {
                        told.add(image);
                    }
                })
                .run(folder.resolve("keep"))
                .results();
        ProductResult ring = results.products().get(1);
        assertThat(ring.images()).hasSize(12);
        assertThat(ring.skipped()).isEqualTo(told).hasSize(1);
        assertThat(told.get(0).image()).isEqualTo("ring/test/spot/002.png");
        assertThat(told.get(0).reason()).contains("002.png");
        assertThat(Files.readString(folder.resolve("keep/results.csv"))).contains("ring,17,12,8,1,");

        Files.write(broken, content);
        Results mended = run(plan, "keep");
        assertThat(mended.run().scored()).isEqualTo(1);
        assertThat(mended.products()).isEqualTo(whole.products());
    }

    private Path breakOne() throws IOException {
        Path broken = folder.resolve("made/ring/test/spot/002.png");
        assertThat(plan(List.of(17L), Setting.GENERAL, 1, 1, false)
                        .tasks(17)
                        .get(1)
                        .queries())
                .anyMatch(query -> query.image().equals("ring/test/spot/002.png"));
        Files.write(broken, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n', 0, 0});
        return broken;
    }

    @Test
    void aFolderOfAnotherRunIsRefused() {
        run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "out");
        assertThatThrownBy(() -> run(plan(List.of(17L), Setting.HARD, 4, 1, false), "out"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("setting")
                .hasMessageContaining("general")
                .hasMessageContaining("hard");
        Results more = run(plan(List.of(17L, 3L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(more.run().scored()).isEqualTo(26);
    }

    @Test
    void nothingLeftToScoreIsAnErrorOfOneLine() throws IOException {
        for (String product : List.of("plate", "ring")) {
            for (String type : List.of("spot", "stain", "good")) {
                for (int i = type.equals("stain") ? 0 : 1; i < 5; i++) {
                    Path made = folder.resolve("made").resolve(product);
                    Files.delete(made.resolve("test/" + type + "/00" + i + ".png"));
                    Files.deleteIfExists(made.resolve("ground_truth/" + type + "/00" + i + "_mask.png"));
                }
            }
        }
        dataset = Dataset.open(folder, "made");
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 1, false);
        assertThatThrownBy(() -> run(plan, "one"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nothing left to score");
        assertThat(folder.resolve("one")).doesNotExist();
    }
}
