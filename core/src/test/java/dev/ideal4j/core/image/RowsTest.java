package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are read row by row have the bits of images that are read at once. */
class RowsTest {
    private static final int WIDTH = 2000;
    private static final int HEIGHT = 2100;

    private static final Map<Integer, BufferedImage> SCANS = new HashMap<>();

    @TempDir
    private Path folder;

    private static BufferedImage scan(int type) {
        return SCANS.computeIfAbsent(type, RowsTest::newScan);
    }

    private static BufferedImage newScan(int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        Random random = new Random(4);
        int[] pixel = new int[image.getRaster().getNumBands()];
        int most = image.getSampleModel().getSampleSize(0) == 16 ? 3000 : 200;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int band = 0; band < pixel.length; band++) {
                pixel[band] = (i / WIDTH / 4 * (band + 1) + random.nextInt(20)) % most;
            }
            image.getRaster().setPixel(i % WIDTH, i / WIDTH, pixel);
        }
        return image;
    }

    private Path written(int type, String format, String compression, boolean progressive) throws IOException {
        Path file = folder.resolve("scan." + format);
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        if (compression != null) {
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionType(compression);
        }
        if (progressive) {
            how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        try (ImageOutputStream out = ImageIO.createImageOutputStream(Files.newOutputStream(file))) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(scan(type), null, null), how);
        } finally {
            writer.dispose();
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        BufferedImage.TYPE_3BYTE_BGR + ", png,, false",
        BufferedImage.TYPE_3BYTE_BGR + ", png,, true",
        BufferedImage.TYPE_4BYTE_ABGR + ", png,, false",
        BufferedImage.TYPE_BYTE_GRAY + ", png,, false",
        BufferedImage.TYPE_BYTE_INDEXED + ", png,, false",
        BufferedImage.TYPE_USHORT_GRAY + ", png,, false",
        BufferedImage.TYPE_3BYTE_BGR + ", jpg,, false",
        BufferedImage.TYPE_3BYTE_BGR + ", jpg,, true",
        BufferedImage.TYPE_BYTE_GRAY + ", jpg,, false",
        BufferedImage.TYPE_3BYTE_BGR + ", bmp,, false",
        BufferedImage.TYPE_3BYTE_BGR + ", tif,, false",
        BufferedImage.TYPE_USHORT_GRAY + ", tif, LZW, false",
        BufferedImage.TYPE_3BYTE_BGR + ", tif, Deflate, false",
        BufferedImage.TYPE_3BYTE_BGR + ", tif, JPEG, false"
    })
    @Tag("long")
    void rowsHaveTheBitsOfTheImage(int type, String format, String compression, boolean progressive)
            throws IOException {
        Path file = written(type, format, compression, progressive);
        List<String> notes = new ArrayList<>();
        List<String> notesOfRows = new ArrayList<>();
        RgbImage image = ImageReader.read(file, ReadOptions.UPRIGHT.withNotes(notes::add));
        RgbImage.Rows rows = ImageReader.open(file, ReadOptions.UPRIGHT.withNotes(notesOfRows::add));
        assertThat(rows.whole()).isEqualTo(image);
        assertThat(notesOfRows).isEqualTo(notes);
        if (type == BufferedImage.TYPE_USHORT_GRAY) {
            assertThat(notes).singleElement().asString().contains("largest 16-bit sample");
            ReadOptions scaled = ReadOptions.UPRIGHT.withLevels(new Levels(100, 3000));
            assertThat(ImageReader.open(file, scaled).whole()).isEqualTo(ImageReader.read(file, scaled));
        }
    }

    /** Bands of such a file are decoded from its beginning each time. */
    @Test
    @Tag("long")
    void rowsOfACompressedBitmapHaveTheBitsOfTheImage() throws IOException {
        rowsHaveTheBitsOfTheImage(BufferedImage.TYPE_BYTE_INDEXED, "bmp", "BI_RLE8", false);
    }

    @Test
    void everyKindOfFileIsReadRowByRow() {
        for (Path file : FormatFiles.all()) {
            assertThat(ImageReader.open(file, ReadOptions.UPRIGHT).whole())
                    .as(file.toString())
                    .isEqualTo(ImageReader.read(file, ReadOptions.UPRIGHT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void damageFarBelowIsAnErrorOfOneLine(String format) throws IOException {
        Path file = written(BufferedImage.TYPE_3BYTE_BGR, format, null, false);
        byte[] content = Files.readAllBytes(file);
        if (format.equals("png")) {
            // A filter that PNG does not have, in a stream that is whole otherwise.
            byte[] damaged = PngDamage.withFilter(content, WIDTH, HEIGHT, HEIGHT - 100, 9);
            Files.write(file, damaged);
        } else {
            Files.write(file, Arrays.copyOf(content, content.length / 3));
        }
        assertThatThrownBy(() -> ImageReader.open(file, ReadOptions.UPRIGHT).whole())
                .isInstanceOf(FileFormatException.class)
                .hasMessageStartingWith(file + ": found ")
                .message()
                .doesNotContain("\n");
    }

    /** One band lies in memory at a time. */
    @ParameterizedTest
    @CsvSource({"true, 256", "false, 263"})
    void bandsAreDecodedOnceAndInOrder(boolean skips, int most) throws IOException {
        List<Rectangle> parts = new ArrayList<>();
        BufferedImage image = scan(BufferedImage.TYPE_3BYTE_BGR);
        Pixels pixels = BandPixels.of(WIDTH, HEIGHT, true, skips, part -> {
            parts.add(part);
            return RasterPixels.of(image.getSubimage(0, part.y, WIDTH, part.height));
        });
        int[] rgb = new int[3 * WIDTH];
        int y = 0;
        for (; y < HEIGHT; y++) {
            pixels.row(y, rgb);
        }
        int next = 0;
        for (Rectangle part : parts) {
            assertThat(part.y).isEqualTo(next);
            assertThat(part.height).isBetween(1, most);
            next += part.height;
        }
        assertThat(next).isEqualTo(HEIGHT);
    }

    @ParameterizedTest
    @CsvSource({"45, 1050", "300, 77", "2001, 2101", "2000, 2100", "1, 1", "91, 2200"})
    void resizedRowsHaveTheBitsOfTheResizedImage(int width, int height) {
        RgbImage image = RgbImage.of(scan(BufferedImage.TYPE_3BYTE_BGR));
        for (PillowResize.Filter filter : PillowResize.Filter.values()) {
            assertThat(PillowResize.resize(image.rows(), width, height, filter).whole())
                    .isEqualTo(PillowResize.resize(image, width, height, filter));
        }
    }

    @Test
    void hiddenRowsAreGrey() {
        RgbImage image = RgbImage.of(scan(BufferedImage.TYPE_3BYTE_BGR));
        boolean[] hidden = new boolean[WIDTH * HEIGHT];
        Arrays.fill(hidden, 500, 70_000, true);
        RgbImage shown = new Mask(WIDTH, HEIGHT, hidden).hide(image.rows()).whole();
        byte[] expected = image.samples().clone();
        for (int i = 500; i < 70_000; i++) {
            System.arraycopy(new byte[] {124, 116, 104}, 0, expected, 3 * i, 3);
        }
        assertThat(shown.samples()).isEqualTo(expected);
    }
}
