package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MaskReaderTest {
    static List<Path> files() {
        return FormatFiles.all().stream()
                .filter(file -> !file.toString().contains("16."))
                .toList();
    }

    /** The luma of the colours that Pillow reads; by its own formula, which has other rounding than ours at no pixel. */
    @ParameterizedTest
    @MethodSource("files")
    void aPixelIsSetWhereItsLumaIsAboveZero(Path file) {
        byte[] rgb = FormatFiles.expected(file);
        boolean[] pixels = MaskReader.read(file).pixels();
        assertThat(pixels).hasSize(rgb.length / 3);
        for (int i = 0; i < pixels.length; i++) {
            int sum = 19595 * (rgb[3 * i] & 0xFF) + 38470 * (rgb[3 * i + 1] & 0xFF) + 7471 * (rgb[3 * i + 2] & 0xFF);
            assertThat(pixels[i]).as("pixel %d", i).isEqualTo(sum >= 32768);
        }
    }

    @Test
    void smallValuesOf16BitsCount() throws IOException {
        BufferedImage labels = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        labels.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 1, 65535});
        assertThat(MaskReader.read(png(labels), "labels").pixels()).containsExactly(false, true, true);
    }

    @Test
    void aPaletteCountsByItsColours() throws IOException {
        byte[] white = {-1, 0};
        BufferedImage inverted =
                new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, new IndexColorModel(1, 2, white, white, white));
        inverted.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});
        assertThat(MaskReader.read(new ByteArrayInputStream(png(inverted)), "palette")
                        .pixels())
                .containsExactly(true, false);
    }

    @Test
    void badFilesAreNamed() {
        assertThatThrownBy(() -> MaskReader.read(Path.of("absent_mask.png")))
                .isInstanceOf(FileAccessException.class)
                .hasMessage("absent_mask.png: no such file or folder");
        assertThatThrownBy(() -> MaskReader.read(new byte[] {1, 2}, "mask"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageStartingWith("mask: found a file of 2 bytes that begins with 01 02");
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
