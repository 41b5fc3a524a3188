package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.eval.evaluate.FolderLock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The results of {@code ideal detect}: each image has a result with its own name and values. */
class DetectResultsTest {
    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private static Path normal;
    private static Path good;
    private static Path corner;
    private static Path torn;

    @BeforeAll
    static void images() throws IOException {
        normal = Files.createDirectory(data.resolve("normal"));
        CommandRun.image(normal.resolve("0.png"), 1);
        CommandRun.image(normal.resolve("1.png"), 2);
        good = CommandRun.image(data.resolve("good.png"), 3);
        corner = CommandRun.image(data.resolve("corner.png"), 4, 88, 88, 24);
        torn = data.resolve("torn.png");
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(good), 500));
    }

    private static CommandRun detect(Object... more) {
        return CommandRun.of(with(more));
    }

    private static Object[] with(Object... more) {
        List<Object> all = new ArrayList<>(List.of("detect", "--size", 112, "--backend", "cpu", "--normal", normal));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static float[] npy(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int start = 10 + (bytes[8] & 0xFF) + 256 * (bytes[9] & 0xFF);
        float[] values = new float[(bytes.length - start) / 4];
        ByteBuffer.wrap(bytes, start, bytes.length - start)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static float max(float[] values) {
        float max = values[0];
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** An output whose writes fail, like a full disk. */
    private static final class Full extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            throw new IOException("No space left on device");
        }
    }

    @ParameterizedTest
    @EnumSource(ScoreFormat.class)
    void aFullDiskUnderStandardOutputEndsWithExitCode1(ScoreFormat format) {
        CommandRun run = CommandRun.to(new Full(), with("--format", format, "--", good));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("ideal: standard output: No space left on device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "--help", "detect --help", "weights list", "--version"})
    void everyCommandReportsAFullDisk(String command) {
        CommandRun run = CommandRun.to(new Full(), (Object[]) command.split(" "));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("No space left on device");
    }

    @Test
    void valuesAboveOneStayInTheRawMaps() throws IOException {
        Path out = folder.resolve("out");
        assertThat(detect("--detector", "visionad", "--out", out, "--", corner).code())
                .isZero();
        JsonNode entry = json(out.resolve("scores.json")).get(0);
        float peak = entry.path("peakScore").floatValue();
        assertThat(peak).isGreaterThan(1);
        assertThat(max(npy(out.resolve(entry.path("map").asText())))).isEqualTo(peak);

        assertThat(detect("--detector", "visionad", "--maps", "png", "--replace", "--out", out, "--", corner)
                        .code())
                .isZero();
        entry = json(out.resolve("scores.json")).get(0);
        assertThat(entry.path("mapScale").get(0).floatValue()).isLessThanOrEqualTo(0);
        assertThat(entry.path("mapScale").get(1).floatValue()).isEqualTo(peak);
        assertThat(out.resolve(entry.path("map").asText())).exists();
    }

    /** With a DINOv2 network VisionAD uses only the middle of an image. Its map still covers the whole image. */
    @ParameterizedTest
    @ValueSource(strings = {"builtin", "random:dinov2_vits14"})
    void theHeatmapShowsTheDefectWhereItIs(String backbone) throws IOException {
        Path out = folder.resolve("out");
        CommandRun run = detect(
                "--detector",
                "visionad",
                "--no-query-augmentation",
                "--backbone",
                backbone,
                "--heatmap-scale",
                backbone.equals("builtin") ? "0.2,1" : "0.01,0.1",
                "--out",
                out,
                "--",
                corner);
        assertThat(run.code()).as(run.err()).isZero();
        float[] map = npy(
                out.resolve(json(out.resolve("scores.json")).get(0).path("map").asText()));
        RgbImage heat = ImageReader.read(out.resolve(
                json(out.resolve("scores.json")).get(0).path("heatmap").asText()));
        byte[] plain = ImageReader.read(corner).samples();
        float low = (float)
                json(out.resolve("config.json")).path("heatmapScale").get(0).asDouble();
        for (int i = 0; i < map.length; i++) {
            boolean outline = heat.samples()[3 * i] == 0 && heat.samples()[3 * i + 2] == (byte) 0xff;
            boolean changed = !outline
                    && (heat.samples()[3 * i] != plain[3 * i] || heat.samples()[3 * i + 2] != plain[3 * i + 2]);
            if (map[i] <= low) {
                assertThat(changed).as("pixel " + i % 112 + "," + i / 112).isFalse();
            }
        }
        int last = map.length - 1;
        assertThat(map[last]).isGreaterThan(low);
        assertThat(heat.samples()[3 * last]).isNotEqualTo(plain[3 * last]);
    }

    @Test
    void imagesOfOneNameKeepTheirOwnFiles() throws IOException {
        List<Path> images = new ArrayList<>();
        for (String name : List.of("a/good/001.png", "b/good/001.png", "a/good/001_2.png", "a/good/001_2.PNG")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            images.add(CommandRun.image(file, images.size()));
        }
        Path out = folder.resolve("out");
        List<Object> arguments = new ArrayList<>(List.of("--out", out, "--"));
        arguments.addAll(images);
        assertThat(detect(arguments.toArray()).code()).isZero();
        Set<String> files = new HashSet<>();
        JsonNode scores = json(out.resolve("scores.json"));
        assertThat(scores).hasSize(4);
        for (JsonNode entry : scores) {
            for (String kind : List.of("map", "heatmap")) {
                String file = entry.path(kind).asText();
                assertThat(out.resolve(file)).exists();
                assertThat(files.add(file.toLowerCase())).as(file).isTrue();
            }
            assertThat(max(npy(out.resolve(entry.path("map").asText()))))
                    .isEqualTo(entry.path("peakScore").floatValue());
        }
    }

    @Test
    void aLongNameIsShortenedAtItsStart() throws IOException {
        Path file = CommandRun.image(folder.resolve("ä".repeat(100) + "17.png"), 3);
        Path out = folder.resolve("out");
        assertThat(detect("--out", out, "--", file).code()).isZero();
        assertThat(json(out.resolve("scores.json")).get(0).path("map").asText()).endsWith("ä17.map.npy");
    }

    @Test
    void oneBadImageLeavesTheResultsOfTheOthers() throws IOException {
        Path out = folder.resolve("out");
        CommandRun run = detect("--format", "csv", "--out", out, "--", good, torn, corner);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(1)).startsWith(good + ",");
        assertThat(run.lines().get(2)).startsWith(corner + ",");
        assertThat(run.err()).contains("ideal: " + torn).contains("1 of 3 images failed");
        assertThat(json(out.resolve("scores.json"))).hasSize(2);
        JsonNode failed = json(out.resolve("failed.json"));
        assertThat(failed).hasSize(1);
        assertThat(failed.get(0).path("image").asText()).isEqualTo(torn.toString());
        assertThat(failed.get(0).path("reason").asText()).contains("expected");
    }

    @Test
    void stopOnErrorEndsAtTheBadImage() {
        CommandRun run = detect("--format", "jsonl", "--stop-on-error", "--", good, torn, corner);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines()).hasSize(1);
    }

    /** A standard output that, at each result, checks the folder and deletes an image that is not yet read. */
    @Test
    void eachResultIsThereBeforeTheNextIsShown() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            files.add(CommandRun.image(folder.resolve(i + ".png"), i));
        }
        Path out = folder.resolve("out");
        List<Integer> known = new ArrayList<>();
        OutputStream watching = new OutputStream() {
            @Override
            public void write(int value) {}

            @Override
            public void flush() throws IOException {
                known.add(json(out.resolve("scores.json")).size());
                Files.deleteIfExists(files.get(5));
            }
        };
        CommandRun run =
                CommandRun.to(watching, with("--batch-size", 1, "--format", "jsonl", "--out", out, "--", folder));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(files.get(5) + ": no such file");
        assertThat(known).contains(0, 1, 2, 3, 4).isSorted();
        assertThat(json(out.resolve("scores.json"))).hasSize(5);
        assertThat(json(out.resolve("failed.json"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "visionad", "nagl", "patchcore", "anomalydino"})
    void resultsDoNotDependOnTheBatch(String detector) throws IOException {
        List<Object> images = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            images.add(i == 4 ? torn : CommandRun.image(folder.resolve(i + ".png"), i, 10 * i % 80, 5 * i, 4 * i));
        }
        Map<String, byte[]> expected = null;
        for (int batch : List.of(1, 3, 8)) {
            Path out = folder.resolve("out" + batch);
            List<Object> arguments = new ArrayList<>(List.of("--batch-size", batch, "--detector", detector));
            arguments.addAll(List.of("--format", "jsonl", "--out", out, "--"));
            arguments.addAll(images);
            CommandRun run = detect(arguments.toArray());
            assertThat(run.lines()).hasSize(10);
            Map<String, byte[]> found = new TreeMap<>(Map.of("output", (run.out() + run.err()).getBytes()));
            try (var files = Files.list(out)) {
                for (Path file : files.toList()) {
                    found.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
            expected = expected == null ? found : expected;
            assertThat(found).as("batch " + batch).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    @Test
    void aFolderWithResultsIsRefusedOrReplacedWholly() throws IOException {
        Path out = folder.resolve("out");
        assertThat(detect("--out", out, "--", good, corner).code()).isZero();
        byte[] before = Files.readAllBytes(out.resolve("scores.json"));
        CommandRun again = detect("--out", out, "--", good);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--replace");
        assertThat(again.out()).isEmpty();
        assertThat(Files.readAllBytes(out.resolve("scores.json"))).isEqualTo(before);

        assertThat(detect("--replace", "--out", out, "--", good).code()).isZero();
        try (var files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("corner")))
                    .isEmpty();
        }
        assertThat(json(out.resolve("scores.json"))).hasSize(1);
    }

    @Test
    void aRunThatFailsToFitLeavesEarlierResults() throws IOException {
        Path out = folder.resolve("out");
        assertThat(detect("--out", out, "--", good).code()).isZero();
        assertThat(detect("--checkpoint", torn, "--replace", "--out", out, "--", good)
                        .code())
                .isEqualTo(1);
        assertThat(json(out.resolve("scores.json"))).hasSize(1);
    }

    @Test
    void twoRunsInOneFolderAreRefused() {
        Path out = folder.resolve("out");
        FolderLock other = FolderLock.claim(out, out);
        try {
            CommandRun run = detect("--out", out, "--", good);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("one at a time");
        } finally {
            other.close();
        }
    }

    @Test
    void aGoodPartAloneStaysAsItIs() throws IOException {
        Path out = folder.resolve("out");
        for (String detector : List.of("ideal", "visionad", "nagl")) { // the others know nothing untrained
            assertThat(detect("--detector", detector, "--replace", "--out", out, "--", good, corner)
                            .code())
                    .isZero();
            JsonNode scores = json(out.resolve("scores.json"));
            assertThat(changed(out, scores.get(0), good)).as(detector).isLessThan(0.02);
            assertThat(changed(out, scores.get(1), corner)).as(detector).isGreaterThan(0.02);
        }
    }

    /** The share of the pixels that are visibly coloured. */
    private static double changed(Path out, JsonNode entry, Path image) {
        byte[] heat =
                ImageReader.read(out.resolve(entry.path("heatmap").asText())).samples();
        byte[] plain = ImageReader.read(image).samples();
        int changed = 0;
        for (int i = 0; i < heat.length; i += 3) {
            int difference = 0;
            for (int c = 0; c < 3; c++) {
                difference += Math.abs((heat[i + c] & 0xFF) - (plain[i + c] & 0xFF));
            }
            changed += difference > 60 ? 1 : 0;
        }
        return 3.0 * changed / heat.length;
    }

    @Test
    void aNameWithANewlineStaysOneRow() {
        Path odd = CommandRun.image(folder.resolve("a\nb.png"), 3);
        CommandRun run = detect("--", odd);
        assertThat(run.code()).isZero();
        assertThat(run.lines()).hasSize(3).last().asString().startsWith("0 of 1 image anomalous; threshold");
        assertThat(run.lines().get(1)).contains("a\\u000ab.png");
    }

    @Test
    void closeScoresAreToldApartInTheTable() {
        CommandRun run = detect("--detector", "fdsl", "--", good, corner);
        assertThat(run.lines().get(1).split(" +")[1])
                .isNotEqualTo(run.lines().get(2).split(" +")[1]);
    }

    @Test
    void constantImagesHaveFiniteScores() throws IOException {
        Path black = CommandRun.mask(folder.resolve("black.png"), 0, 0, 0);
        for (String detector : List.of("ideal", "visionad", "nagl", "fdsl")) {
            CommandRun run = CommandRun.of(
                    "detect",
                    "--size",
                    112,
                    "--detector",
                    detector,
                    "--format",
                    "json",
                    "--normal",
                    black,
                    "--",
                    black,
                    good);
            for (JsonNode entry : new ObjectMapper().readTree(run.out())) {
                assertThat(entry.path("score").isNumber()).as(run.out()).isTrue();
                assertThat(entry.path("score").asDouble()).isFinite().isGreaterThanOrEqualTo(0);
            }
        }
    }
}
