package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From fit to verdict, and what a fitted detector learns from its mistakes. */
class VerdictTest {
    @TempDir
    static Path data;

    private static Path normal;
    private static Path good;
    private static Path bad;
    private static Path mask;
    private static Path fitted;

    @TempDir
    Path folder;

    @BeforeAll
    static void fit() throws IOException {
        normal = Files.createDirectory(data.resolve("normal"));
        for (int i = 0; i < 6; i++) {
            CommandRun.image(normal.resolve(i + ".png"), i);
        }
        good = CommandRun.image(data.resolve("good.png"), 20);
        bad = CommandRun.image(data.resolve("bad.png"), 21, 40, 50, 30);
        mask = CommandRun.mask(data.resolve("bad_mask.png"), 40, 50, 30);
        fitted = data.resolve("part.fitted");
        CommandRun run = CommandRun.of("fit", "--size", 112, "--normal", normal, "--save", fitted);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("a rough estimate for 5 % false alarms, because 6 good images measure no rate below 14 %")
                .contains("saved " + fitted);
    }

    private static CommandRun detect(Object... more) {
        return CommandRun.joined(new Object[] {"detect", "--fitted", fitted}, more);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertThat(run.code()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void theTableShowsVerdictsAndASummary() {
        List<String> lines =
                detect("--max-false-alarms", "20%", "--", good, bad).lines();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("verdict ");
        assertThat(lines.get(1)).startsWith("good ").endsWith(good.toString());
        assertThat(lines.get(2)).startsWith("anomalous ").endsWith(bad.toString());
        assertThat(lines.get(3))
                .startsWith("1 of 2 images anomalous; threshold 0.")
                .contains("at most about 20 % false alarms, estimated from 6 good images");
    }

    @Test
    void jsonHoldsVerdictCalibratedScoreAndRegionsInPixelsOfTheImage() throws IOException {
        JsonNode scored = json(detect("--format", "json", "--", good, bad));
        assertThat(scored.get(0).path("verdict").asText()).isEqualTo("GOOD");
        assertThat(scored.get(0).path("calibratedScore").asDouble()).isBetween(0.0, 0.5);
        assertThat(scored.get(0).path("regions")).isEmpty();
        assertThat(scored.get(1).path("verdict").asText()).isEqualTo("ANOMALOUS");
        assertThat(scored.get(1).path("calibratedScore").asDouble()).isBetween(0.5, 1.0);
        JsonNode region = scored.get(1).path("regions").get(0);
        assertThat(region.path("centroid").get(0).asDouble()).isBetween(45.0, 65.0);
        assertThat(region.path("centroid").get(1).asDouble()).isBetween(55.0, 75.0);
        assertThat(region.path("area").asInt()).isBetween(300, 12544);
        assertThat(region.path("areaPercent").asDouble()).isBetween(2.0, 100.0);
        assertThat(region.path("max").asDouble())
                .isGreaterThanOrEqualTo(region.path("mean").asDouble());
        assertThat(json(detect("--format", "json", "--least-area", 100_000, "--", bad))
                        .get(0)
                        .path("regions"))
                .isEmpty();
    }

    @Test
    void cocoHoldsAnAnnotationForEachRegion() throws IOException {
        JsonNode coco = json(detect("--format", "coco", "--", good, bad));
        assertThat(coco.path("images")).hasSize(2);
        assertThat(coco.path("images").get(1).path("file_name").asText()).isEqualTo(bad.toString());
        JsonNode annotation = coco.path("annotations").get(0);
        assertThat(annotation.path("image_id").asInt()).isEqualTo(2);
        assertThat(annotation.path("category_id").asInt())
                .isEqualTo(coco.path("categories").get(0).path("id").asInt());
        JsonNode box = annotation.path("bbox");
        JsonNode polygon = annotation.path("segmentation").get(0);
        assertThat(polygon.size()).isGreaterThanOrEqualTo(6).isEven();
        for (int i = 0; i < polygon.size(); i += 2) {
            assertThat(polygon.get(i).asInt())
                    .isBetween(
                            box.get(0).asInt(), box.get(0).asInt() + box.get(2).asInt());
            assertThat(polygon.get(i + 1).asInt())
                    .isBetween(
                            box.get(1).asInt(), box.get(1).asInt() + box.get(3).asInt());
        }
    }

    @Test
    void anAnomalyGivesExitCode3WhereItIsAskedFor() {
        assertThat(detect("--", bad).code()).isZero();
        assertThat(detect("--fail-on-anomaly", "--", good).code()).isZero();
        assertThat(detect("--fail-on-anomaly", "--", good, bad).code()).isEqualTo(3);
        Path torn = folder.resolve("torn.png");
        assertThat(detect("--fail-on-anomaly", "--", torn, bad).code()).isEqualTo(1);
    }

    @Test
    void aThresholdOfOnesOwnDecides() {
        assertThat(detect("--threshold", 2, "--", bad).lines().get(1)).startsWith("good");
        assertThat(detect("--threshold", 0, "--", good).lines().get(1)).startsWith("anomalous");
        assertThat(CommandRun.of("detect", "--size", 112, "--normal", good, "--", bad)
                        .lines()
                        .get(1))
                .startsWith("unknown");
        CommandRun one =
                CommandRun.of("detect", "--size", 112, "--normal", good, "--max-false-alarms", "1%", "--", bad);
        assertThat(one.err()).contains("note: --max-false-alarms has no effect");
        assertThat(one.out()).contains("1 image scored; no threshold");
    }

    @ParameterizedTest
    @CsvSource({"0%", "100%", "-1", "1.5", "few"})
    void ratesOutOfRangeAreRefused(String rate) {
        CommandRun run = detect("--max-false-alarms=" + rate, "--", bad);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("--max-false-alarms", "above 0% and below 100%")
                .hasLineCount(1);
    }

    /** A false alarm that is added as normal, and a missed defect that is added with its mask. */
    @Test
    void aDetectorLearnsFromItsMistakes() throws IOException {
        Path taught = folder.resolve("taught.fitted");
        CommandRun add = CommandRun.of("add", fitted, "--normal", bad, "--save", taught);
        assertThat(add.code()).as(add.err()).isZero();
        assertThat(add.err()).contains("saved " + taught + ": add: 1 normal");
        assertThat(CommandRun.of("detect", "--fitted", taught, "--", bad)
                        .lines()
                        .get(1))
                .startsWith("good");

        CommandRun forget = CommandRun.of("remove", taught, bad);
        assertThat(forget.code()).as(forget.err()).isZero();
        assertThat(CommandRun.of("detect", "--fitted", taught, "--", bad).out())
                .isEqualTo(detect("--", bad).out());

        CommandRun defect = CommandRun.of("add", taught, "--abnormal", bad, "--mask", mask);
        assertThat(defect.code()).as(defect.err()).isZero();
        assertThat(defect.err()).contains("1 of 1 known defects are above it (95 % interval: 3 to 100 %)");
        CommandRun show = CommandRun.of("show", taught, "--images", folder.resolve("images"));
        assertThat(show.lines())
                .contains("history     fit: 6 normal", "history     add: 1 normal", "history     remove: " + bad)
                .contains("abnormal            " + bad + "  " + folder.resolve("images/007.png"));
        assertThat(folder.resolve("images/001.png")).exists();
        CommandRun again = CommandRun.of("add", taught, "--normal", normal.resolve("0.png"));
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("two images named " + normal.resolve("0.png"));
    }

    @Test
    void whatAddCannotUseIsRefused() {
        assertThat(CommandRun.of("add", fitted).err()).contains("give --normal, --abnormal");
        assertThat(CommandRun.of("remove", fitted, "nobody").err()).contains("none named nobody");
        Path visionad = folder.resolve("visionad.fitted");
        assertThat(CommandRun.of(
                                "fit",
                                "--detector",
                                "visionad",
                                "--size",
                                112,
                                "--normal",
                                normal.resolve("0.png"),
                                "--save",
                                visionad)
                        .code())
                .isZero();
        CommandRun run = CommandRun.of("add", visionad, "--abnormal", bad, "--mask", mask);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--abnormal has no effect");
    }

    @Test
    void onlyTheRegionOfInterestCounts() {
        Path left = CommandRun.mask(folder.resolve("roi.png"), 0, 0, 36);
        assertThat(detect("--roi", left, "--", bad).lines().get(1)).startsWith("good");
        Path ignored = CommandRun.mask(folder.resolve("bad_ignore.png"), 20, 20, 90);
        assertThat(detect("--ignore", ignored, "--", bad).lines().get(1)).matches(".*  (1?\\d,\\d+|\\d+,1?\\d) .*");
        assertThat(detect("--ignore", ignored, "--", good).err())
                .contains("note: --ignore " + ignored + " has no effect: no image has its name");
        Path nothing = CommandRun.mask(folder.resolve("nothing.png"), 0, 0, 0);
        assertThat(detect("--roi", nothing, "--", bad).err()).contains("region of interest", "no pixel");
    }

    @Test
    void aCalibrationImageThatIsAReferenceIsRefused() {
        CommandRun run = CommandRun.of(
                "detect", "--size", 112, "--normal", normal, "--calibration", normal.resolve("0.png"), "--", bad);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--calibration " + normal.resolve("0.png"), "a good image that is no reference");
    }

    @Test
    void changedLightIsNoticed() {
        List<Object> queries = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            queries.add(CommandRun.image(folder.resolve(i + ".png"), 100 + i, 0, 0, 100));
        }
        List<Object> words = new ArrayList<>(List.of("detect", "--fitted", fitted, "--watch-drift", "--"));
        words.addAll(queries);
        CommandRun run = CommandRun.of(words.toArray());
        assertThat(run.err()).containsOnlyOnce("warning: drift: ");
        List<Object> same = new ArrayList<>(List.of("detect", "--fitted", fitted, "--watch-drift", "--"));
        for (int i = 0; i < 60; i++) {
            same.add(CommandRun.image(folder.resolve("same" + i + ".png"), 200 + i));
        }
        assertThat(CommandRun.of(same.toArray()).err()).doesNotContain("drift");
    }
}
