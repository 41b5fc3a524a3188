package dev.ideal4j.eval.cli;

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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal detect}, {@code fit} and {@code info} as a user calls them. */
class DetectCommandTest {
    private static final DemoDataset DATA = new DemoDataset(3, 0);

    @TempDir
    private static Path shared;

    private static Path good;
    private static Path query;
    private static Path bad;
    private static Path mask;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void pictures() {
        DemoFolder data = new DemoFolder(shared);
        String defect = DATA.defects("tile").get(0);
        good = data.write(DATA.train("tile", 0), "train");
        query = data.write(DATA.test("tile", DemoDataset.GOOD, 0), "test");
        bad = data.write(DATA.test("tile", defect, 0), "test");
        data.write(DATA.test("tile", defect, 1), "test");
        mask = shared.resolve("tile/ground_truth/" + defect + "/000_mask.png");
    }

    private int run(Object... arguments) {
        List<String> words = new ArrayList<>();
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return IdealCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    }

    @Test
    void scoresFilesFoldersAndGlobs() throws IOException {
        Path results = folder.resolve("found/here");
        int code = run(
                "detect",
                "--normal",
                good,
                "--abnormal",
                bad,
                "--mask",
                mask,
                "--format",
                "json",
                "--out",
                results,
                "--",
                query,
                shared.resolve("tile/test/good"),
                shared + "/tile/test/*/001.png");
        assertThat(code).as(err.toString()).isZero();
        JsonNode scored = new ObjectMapper().readTree(out.toString());
        assertThat(scored).hasSize(3);
        assertThat(scored.get(0).get("image").asText()).isEqualTo(query.toString());
        assertThat(scored.get(0).get("score").asDouble())
                .isEqualTo(scored.get(1).get("score").asDouble())
                .isLessThan(scored.get(2).get("score").asDouble());
        assertThat(err.toString()).contains("built-in", "untrained");
        RgbImage heatmap = ImageReader.read(results.resolve("good_000.heatmap.png"));
        assertThat(heatmap.width()).isEqualTo(ImageReader.read(query).width());
        assertThat(results.resolve("good_000_2.map.png")).exists();
        JsonNode config =
                new ObjectMapper().readTree(results.resolve("config.json").toFile());
        assertThat(config.at("/backbone/fingerprint").asText()).hasSize(64);
        assertThat(config.at("/detector/neighbours").asInt()).isEqualTo(12);
    }

    @Test
    void aSavedDetectorGivesTheSameScores() {
        Path fitted = folder.resolve("tile.fitted");
        assertThat(run("fit", "--normal", good, "--abnormal", bad, "--mask", mask, "--save", fitted))
                .isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(run("detect", "--format", "csv", "--fitted", fitted, query)).isZero();
        String saved = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("detect", "--normal", good, "--abnormal", bad, "--mask", mask, "--format", "csv", "--", query))
                .isZero();
        assertThat(saved).startsWith("image,score,").isEqualTo(out.toString());
    }

    @Test
    void infoNamesEveryBackend() {
        assertThat(run("info")).isZero();
        assertThat(out.toString()).contains("ideal4j", "java", "cpu", "reference");
    }

    @Test
    void wrongUsageIsExitCode2() {
        assertThat(run("detect", query)).isEqualTo(2);
        assertThat(run("detect", "--fitted", "x", "--normal", good, "--", query))
                .isEqualTo(2);
        assertThat(run("detect", "--format", "xml", query)).isEqualTo(2);
        assertThat(run("nonsense")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("references are missing", "xml", "nonsense");
    }

    @Test
    void badInputIsOneLineAndExitCode1() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.png"), "not a picture");
        Path small = folder.resolve("small.png");
        ImageWriter.writePng(new RgbImage(2, 2, new byte[12]), small);
        Path file = Files.writeString(folder.resolve("file"), "");
        Path missing = folder.resolve("missing.png");
        fails(missing.toString(), "detect", "--normal", missing, "--", query);
        fails("notes.png", "detect", "--normal", notes, "--", query);
        fails("1 abnormal", "detect", "--abnormal", bad, "--", query);
        fails("small.png", "detect", "--abnormal", bad, "--mask", small, "--", query);
        fails("no picture", "detect", "--normal", good, "--", folder.resolve("*.tif"));
        fails("file", "detect", "--normal", good, "--out", file.resolve("x"), "--", query);
        fails("nowhere", "detect", "--backbone", "nowhere", "--normal", good, "--", query);
        fails("known: ", "detect", "--backend", "abacus", "--normal", good, "--", query);
        fails("notes.png", "detect", "--checkpoint", notes, "--normal", good, "--", query);
        fails("notes.png", "detect", "--fitted", notes, query);
    }

    private void fails(String named, Object... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).as(named).isEqualTo(1);
        List<String> lines = err.toString()
                .lines()
                .filter(line -> line.startsWith("ideal: "))
                .toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).contains(named);
        assertThat(err.toString()).doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theTraceComesOnRequest() {
        assertThat(run("--verbose", "detect", "--normal", folder.resolve("missing.png"), "--", query))
                .isEqualTo(1);
        assertThat(err.toString()).contains("\tat dev.ideal4j.eval.cli");
    }
}
