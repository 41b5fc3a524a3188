package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options that tell how images are read: levels of deep images, and the orientation. */
class ReadingOptionsTest {
    private static final int SIDE = CommandRun.SIDE;

    @TempDir
    private Path folder;

    private Path good;
    private Path query;

    @BeforeEach
    void images() throws IOException {
        good = deep("good.png", 0, 1);
        query = deep("query.png", 30, 1);
    }

    /** An image of 16-bit grey whose samples are 100 to 3900, with a square that differs, in an orientation. */
    private Path deep(String name, int square, int orientation) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE + 28, BufferedImage.TYPE_USHORT_GRAY);
        for (int y = 0; y < SIDE + 28; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean inside = x < square && y < square;
                image.getRaster()
                        .setSample(x, y, 0, inside ? 3000 : 100 + (x * 31 + y * 57) % 800 + (x == y ? 3000 : 0));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        ByteBuffer chunk = ByteBuffer.allocate(38).putInt(26).put("eXIfMM\0*".getBytes());
        chunk.putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1);
        chunk.putShort((short) orientation).putInt(0).putShort((short) 0);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 30);
        chunk.putInt((int) crc.getValue());
        byte[] png = out.toByteArray();
        ByteBuffer whole = ByteBuffer.allocate(png.length + 38);
        whole.put(png, 0, 33).put(chunk.array()).put(png, 33, png.length - 33);
        return Files.write(folder.resolve(name), whole.array());
    }

    private CommandRun detect(Object... more) {
        Object[] start = {"detect", "--size", SIDE, "--format", "csv", "--normal", good};
        return CommandRun.joined(start, more, new Object[] {"--", query});
    }

    @Test
    void levelsOfTheReferencesHoldForQueries() {
        CommandRun auto = detect("--levels", "auto");
        assertThat(auto.code()).as(auto.err()).isZero();
        assertThat(auto.err())
                .contains("note: --levels 100..3892 are those of the references")
                .doesNotContain("nearly black");
        CommandRun given = detect("--levels", "100..3892");
        assertThat(given.out()).isEqualTo(auto.out());
        CommandRun full = detect();
        assertThat(full.err()).contains("nearly black");
        assertThat(full.out()).isNotEqualTo(auto.out());
    }

    @Test
    void aFittedDetectorReadsAsItsFit() {
        Path fitted = folder.resolve("a.fitted");
        Object[] fit = {"fit", "--size", SIDE, "--normal", good, "--levels", "auto", "--save", fitted};
        assertThat(CommandRun.of(fit).err()).contains("note: --levels 100..3892");
        CommandRun auto = CommandRun.of("detect", "--fitted", fitted, "--levels", "auto", "--", query);
        assertThat(auto.code()).isEqualTo(2);
        assertThat(auto.err()).contains("--levels: found auto, expected 100..3892, as in the fit of " + fitted);
        CommandRun run = CommandRun.of("detect", "--fitted", fitted, "--format", "csv", "--", query);
        assertThat(run.out()).isEqualTo(detect("--levels", "auto").out());
    }

    @Test
    void wrongLevelsAreAUsageError() {
        CommandRun run = detect("--levels", "9..5");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--levels: found 9..5, expected auto, full or LOW..HIGH");
    }

    @Test
    void theOrientationMayBeIgnored() throws IOException {
        String plain = detect().out();
        query = deep("query.png", 30, 6);
        assertThat(detect().out()).isNotEqualTo(plain);
        assertThat(detect("--exif", "ignore").out()).isEqualTo(plain);
    }
}
