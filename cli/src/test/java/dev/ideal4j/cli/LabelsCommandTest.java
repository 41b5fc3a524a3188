package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of annotation tools in place of masks. */
class LabelsCommandTest {
    private static final int SIDE = CommandRun.SIDE;

    @TempDir
    private Path folder;

    private Path normal;
    private Path bad;
    private Path mask;
    private Path coco;

    @BeforeEach
    void files() throws IOException {
        normal = CommandRun.image(folder.resolve("normal.png"), 1);
        bad = CommandRun.image(folder.resolve("bad.png"), 3, 40, 40, 30);
        mask = CommandRun.mask(folder.resolve("bad_mask.png"), 40, 40, 30);
        coco = Files.writeString(folder.resolve("coco.json"), """
                {"images": [{"id": 1, "file_name": "bad.png", "width": %d, "height": %d}],
                 "categories": [{"id": 1, "name": "scratch"}],
                 "annotations": [{"image_id": 1, "category_id": 1, "segmentation": [[40,40,70,40,70,70,40,70]]}]}
                """.formatted(SIDE, SIDE));
    }

    @Test
    void labelsGiveTheScoresOfTheMask() {
        Object[] references = {"detect", "--size", SIDE, "--format", "csv", "--normal", normal, "--abnormal", bad};
        CommandRun masked = CommandRun.joined(references, new Object[] {"--mask", mask, "--", bad});
        CommandRun labelled = CommandRun.joined(references, new Object[] {"--labels", coco, "--", bad});
        assertThat(labelled.err()).doesNotContain("failed");
        assertThat(labelled.code()).isZero();
        assertThat(labelled.out()).isEqualTo(masked.out());
    }

    @Test
    void anImageWithoutLabelsIsNamed() {
        CommandRun run = CommandRun.of(
                "detect", "--size", SIDE, "--normal", normal, "--abnormal", normal, "--labels", coco, "--", bad);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--labels " + coco + ": found nothing for " + normal);
    }

    @Test
    void labelsNeedAnAbnormalImageAndNoMask() {
        Object[] start = {"detect", "--normal", normal, "--labels", coco};
        assertThat(CommandRun.joined(start, new Object[] {"--", bad}).err())
                .contains("--labels has no effect without --abnormal");
        CommandRun both = CommandRun.joined(start, new Object[] {"--abnormal", bad, "--mask", mask, "--", bad});
        assertThat(both.code()).isEqualTo(2);
        assertThat(both.err()).contains("--labels takes the place of --mask");
    }

    @Test
    void convertedLabelsAreTheMaskAgain() {
        Path out = folder.resolve("out");
        CommandRun run = CommandRun.of("labels", "convert", "--labels", coco, "--out", out, bad, normal);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("1 images: 1 scratch" + System.lineSeparator());
        assertThat(run.err()).contains("note: 1 of 2 images have no labels");
        Mask expected = MaskReader.read(mask);
        assertThat(MaskReader.read(out.resolve("bad_mask.png"))).isEqualTo(expected);

        Path again = folder.resolve("again.json");
        assertThat(CommandRun.of("labels", "convert", "--labels", out, "--to", "coco", "--out", again, bad)
                        .code())
                .isZero();
        Path last = folder.resolve("last");
        assertThat(CommandRun.of("labels", "convert", "--labels", again, "--out", last, bad)
                        .code())
                .isZero();
        assertThat(MaskReader.read(last.resolve("bad_mask.png"))).isEqualTo(expected);
    }

    @Test
    void labelsOfOtherImagesAreAnError() {
        CommandRun run = CommandRun.of("labels", "convert", "--labels", coco, "--out", folder.resolve("out"), normal);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("labels of none of 1 images");
    }

    @Test
    void indexSaysWhatItUnderstoodOfAFolder() throws IOException {
        Path own = folder.resolve("parts");
        for (String name : new String[] {"good", "scratch"}) {
            Files.createDirectories(own.resolve(name));
        }
        Files.copy(normal, own.resolve("good/1.png"));
        Files.copy(bad, own.resolve("scratch/1.png"));
        CommandRun unmarked = CommandRun.of("index", "--dataset", "folder", own);
        assertThat(unmarked.lines())
                .first()
                .asString()
                .contains("1 good, 1 defective (1 scratch), 0 with masks: image metrics alone");
        Files.writeString(own.resolve("scratch/1.txt"), "0 0.5 0.5 0.1 0.1");
        CommandRun marked = CommandRun.of("index", "--dataset", "folder", own);
        assertThat(marked.lines())
                .containsExactly(
                        "parts: 0 images to train on; test: 1 good, 1 defective (1 scratch), 1 with masks",
                        "normal_samples 1 anomaly_samples 1");
    }
}
