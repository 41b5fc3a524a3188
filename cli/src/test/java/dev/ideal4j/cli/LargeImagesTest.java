package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are read row by row, in tiles. */
class LargeImagesTest {
    private static final int WIDTH = 2400;
    private static final int HEIGHT = 1900;
    private static final Object[] TILES = {"--size", 112, "--tile", 600, "--backend", "cpu"};

    @TempDir
    static Path data;

    private static Path good;
    private static Path bad;

    @BeforeAll
    static void images() {
        good = image(data.resolve("good.png"), 1, -100);
        bad = image(data.resolve("bad.png"), 2, 1700);
    }

    private static Path image(Path file, long seed, int spot) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * WIDTH * HEIGHT];
        random.nextBytes(samples);
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            boolean dark = Math.abs(x - spot) < 40 && Math.abs(y - 900) < 40;
            samples[i] = (byte) ((dark ? 20 : 120) + (samples[i] & 31));
        }
        ImageWriter.writePng(new RgbImage(WIDTH, HEIGHT, samples), file);
        return file;
    }

    @Tag("long")
    @Test
    void theDefectOfALargeFileIsFoundInItsOwnSize(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("out");
        CommandRun run = CommandRun.joined(
                new Object[] {"detect", "--normal", good, "--format", "json", "--out", out, "--aligned"},
                TILES,
                new Object[] {"--", good, bad});
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode results = new ObjectMapper().readTree(run.out());
        assertThat(results.get(1).get("score").floatValue())
                .isGreaterThan(2 * results.get(0).get("score").floatValue());
        assertThat(results.get(1).get("width").intValue()).isEqualTo(WIDTH);
        assertThat(results.get(1).get("peakX").intValue()).isBetween(1620, 1780);
        assertThat(results.get(1).get("peakY").intValue()).isBetween(820, 980);
        try (var files = Files.list(out)) {
            Path heat = files.filter(file -> file.toString().endsWith("bad.heatmap.png"))
                    .findFirst()
                    .orElseThrow();
            assertThat(ImageReader.read(heat).width()).isEqualTo(WIDTH);
        }
    }

    @Test
    void aDamagedLargeFileFailsAlone(@TempDir Path folder) throws IOException {
        byte[] content = Files.readAllBytes(bmp(folder.resolve("whole.bmp")));
        Path torn = Files.write(folder.resolve("torn.bmp"), Arrays.copyOf(content, content.length - 4000));
        CommandRun run =
                CommandRun.joined(new Object[] {"detect", "--normal", good}, TILES, new Object[] {"--", torn, bad});
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.contains("torn.bmp"))).hasSize(1);
        assertThat(run.out()).contains("bad.png");
    }

    private static Path bmp(Path file) throws IOException {
        ImageIO.write(ImageIO.read(bad.toFile()), "bmp", file.toFile());
        return file;
    }

    @Tag("long")
    @Test
    void alignedImagesNeedOneSize(@TempDir Path folder) {
        Path small = CommandRun.image(folder.resolve("small.png"), 3);
        CommandRun run = CommandRun.joined(
                new Object[] {"detect", "--normal", good, "--aligned"}, TILES, new Object[] {"--", small});
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("small.png: image: found 112×112 pixels, expected 2400×1900");
        run = CommandRun.joined(
                new Object[] {"detect", "--normal", good, small, "--aligned"}, TILES, new Object[] {"--", bad});
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("small.png: found 112×112 pixels, expected 2400×1900");
    }

    @Test
    void alignedNeedsTilesAndAMethodWithoutTraining() {
        CommandRun run = CommandRun.of("detect", "--normal", good, "--aligned", "--", bad);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--aligned: it has no effect without --tile");
        run = CommandRun.joined(
                new Object[] {"detect", "--detector", "devnet", "--normal", good, "--aligned"},
                TILES,
                new Object[] {"--", bad});
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--aligned: --detector devnet trains in its fit");
    }
}
