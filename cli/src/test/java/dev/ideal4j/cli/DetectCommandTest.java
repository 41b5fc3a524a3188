package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ideal detect} and {@code ideal fit} with the built-in backbone on generated parts. */
class DetectCommandTest {
    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private static String train;
    private static String good;
    private static String bad;
    private static String mask;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void images() {
        DemoDataset dataset = new DemoDataset(5, 0);
        DemoFolder writer = new DemoFolder(data);
        train = writer.write(dataset.train("wood", 0), "train").getParent().toString();
        good = writer.write(dataset.test("wood", "good", 0), "test").toString();
        bad = writer.write(dataset.test("wood", "burn", 0), "test").toString();
        mask = data.resolve("wood/ground_truth/burn/000_mask.png").toString();
    }

    private int ideal(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return IdealCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private List<String> lines(StringWriter text) {
        return text.toString().lines().toList();
    }

    @Test
    void scoresAreHigherWithADefect() throws IOException {
        assertThat(ideal(
                        "detect",
                        "--format",
                        "json",
                        "--normal",
                        train,
                        "--abnormal",
                        bad,
                        "--mask",
                        mask,
                        "--",
                        good,
                        bad))
                .as(err.toString())
                .isZero();
        JsonNode scored = new ObjectMapper().readTree(out.toString());
        assertThat(scored).hasSize(2);
        assertThat(scored.get(0).path("image").asText()).isEqualTo(good);
        assertThat(scored.get(1).path("score").asDouble())
                .isGreaterThan(scored.get(0).path("score").asDouble() + 0.05);
        assertThat(err.toString()).contains("built-in").contains("known defects");
    }

    @Test
    void foldersAndGlobsAreSortedAndCsvHasALineAnImage() {
        assertThat(ideal(
                        "detect", "--format", "csv", "--normal", train, "--", data.resolve("wood/test") + "/*/000.png"))
                .isZero();
        assertThat(lines(out)).hasSize(3);
        assertThat(lines(out).get(0)).startsWith("image,verdict,score");
        assertThat(lines(out).get(1)).startsWith(bad + ",");
        String table = data.resolve("wood/test").toString();
        assertThat(ideal("detect", "--normal", train, "--", table)).isZero();
        assertThat(lines(out).get(1)).endsWith(bad);
        assertThat(lines(out).get(2)).endsWith(good);
    }

    @Test
    void folderGetsHeatmapsMapsScoresAndConfig() throws IOException {
        Path to = folder.resolve("found");
        assertThat(ideal("detect", "--normal", train, "--out", to.toString(), "--", good, bad, bad))
                .isZero();
        try (var files = Files.list(to)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "burn_000.heatmap.png",
                            "burn_000.map.npy",
                            "burn_000_2.heatmap.png",
                            "burn_000_2.map.npy",
                            "good_000.heatmap.png",
                            "good_000.map.npy",
                            "legend.png",
                            ".lock",
                            "scores.json",
                            "config.json");
        }
        assertThat(ImageReader.read(to.resolve("burn_000.heatmap.png")).width())
                .isEqualTo(ImageReader.read(Path.of(bad)).width());
        assertThat(changed(to.resolve("burn_000.heatmap.png"), bad))
                .isGreaterThan(2 * changed(to.resolve("good_000.heatmap.png"), good));
        JsonNode config = new ObjectMapper().readTree(to.resolve("config.json").toFile());
        assertThat(config.path("backbone").path("fingerprint").asText()).hasSize(64);
        assertThat(config.path("heatmapScale")).hasSize(2);
        assertThat(config.path("detector").path("normalReferences").asInt()).isEqualTo(1);
    }

    /** The mean change of a sample. */
    private static double changed(Path heatmap, String image) {
        byte[] over = ImageReader.read(heatmap).samples();
        byte[] plain = ImageReader.read(Path.of(image)).samples();
        double sum = 0;
        for (int i = 0; i < over.length; i++) {
            sum += Math.abs((over[i] & 0xFF) - (plain[i] & 0xFF));
        }
        return sum / over.length;
    }

    @Test
    void fittedDetectorGivesTheSameScores() {
        String saved = folder.resolve("wood.fitted").toString();
        assertThat(ideal("fit", "--normal", train, "--abnormal", bad, "--mask", mask, "--save", saved))
                .isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(ideal("detect", "--format", "csv", "--fitted", saved, good)).isZero();
        String fitted = out.toString();
        assertThat(ideal("detect", "--format", "csv", "--normal", train, "--abnormal", bad, "--mask", mask, "--", good))
                .isZero();
        assertThat(out.toString()).isEqualTo(fitted);
    }

    @Test
    void wrongUseIsOneLineAndTwo() {
        for (List<String> args : List.of(
                List.of("detect", good),
                List.of("detect", "--normal", train),
                List.of("detect", "--format", "xml", "--normal", train, "--", good),
                List.of("detect", "--fitted", "x", "--normal", train, "--", good),
                List.of("fit", "--normal", train),
                List.of("fit", "--save", "x"),
                List.of("detect", "--backend", "gpu", "--normal", train, "--", good),
                List.of("nonsense"))) {
            assertThat(ideal(args.toArray(new String[0]))).as(args.toString()).isEqualTo(2);
            assertThat(lines(err)).as(args.toString()).hasSize(1);
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void failuresAreOneLineThatNamesTheFile() throws IOException {
        Path torn = folder.resolve("torn.png");
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(Path.of(good)), 500));
        Path small = folder.resolve("small_mask.png");
        ImageWriter.writePng(new RgbImage(4, 4, new byte[48]), small);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertFails("nowhere.png", "detect", "--normal", train, "--", "nowhere.png");
        assertFails("torn.png", "detect", "--normal", train, "--", torn.toString());
        assertFails("empty", "detect", "--normal", train, "--", empty.toString());
        assertFails(
                "small_mask.png",
                "detect",
                "--normal",
                train,
                "--abnormal",
                bad,
                "--mask",
                small.toString(),
                "--",
                good);
        assertFails("--mask", "detect", "--normal", train, "--abnormal", bad, "--", good);
        assertFails("torn.png", "detect", "--normal", train, "--out", torn.toString(), "--", good);
        assertFails("dinov2_vits14", "detect", "--backbone", "dinov2_vits14x", "--normal", train, "--", good);
        assertFails("torn.png", "detect", "--checkpoint", torn.toString(), "--normal", train, "--", good);
        assertFails("no image", "detect", "--normal", train, "--", folder + "/*.tif");
        assertFails("torn.png", "detect", "--fitted", torn.toString(), good);
        assertThat(ideal("--verbose", "detect", "--normal", train, "--", "nowhere.png"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("\tat ");
    }

    private void assertFails(String named, String... args) {
        assertThat(ideal(args)).as(String.join(" ", args)).isEqualTo(1);
        List<String> told =
                lines(err).stream().filter(line -> line.startsWith("ideal: ")).toList();
        assertThat(told).hasSize(1);
        assertThat(told.get(0)).contains(named);
        assertThat(err.toString()).doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void infoNamesEveryBackend() {
        assertThat(ideal("info")).isZero();
        assertThat(out.toString())
                .contains("ideal4j")
                .contains("java")
                .contains("cpu")
                .contains("reference");
        assertThat(err.toString()).isEmpty();
    }
}
