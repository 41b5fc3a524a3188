package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageReaderTest {
    static List<Path> files() {
        return FormatFiles.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void readsWhatPillowReads(Path file) {
        RgbImage image = ImageReader.read(file);

        assertThat(image.width()).isEqualTo(FormatFiles.WIDTH);
        assertThat(image.height()).isEqualTo(FormatFiles.HEIGHT);
        // A WebP has colours of half the size, which TwelveMonkeys repeats and Pillow interpolates.
        int tolerance = file.endsWith("lossy.webp") ? 16 : file.toString().contains("jp") ? 2 : 0;
        assertThat(largestDifference(image.samples(), FormatFiles.expected(file)))
                .as(file.getFileName().toString())
                .isLessThanOrEqualTo(tolerance);
    }

    @Test
    void streamsAndBytesGiveTheSameAsFiles() {
        byte[] file = FormatFiles.bytes("rgb8.png");
        byte[] samples = ImageReader.read(file, "bytes").samples();
        assertThat(ImageReader.read(new ByteArrayInputStream(file), "stream").samples())
                .isEqualTo(samples);
    }

    @Test
    void manyThreadsReadTheSame() {
        List<Path> files = FormatFiles.all();
        List<byte[]> alone =
                files.stream().map(ImageReader::read).map(RgbImage::samples).toList();
        IntStream.range(0, 20 * files.size()).parallel().forEach(i -> {
            int file = i % files.size();
            assertThat(ImageReader.read(files.get(file)).samples()).isEqualTo(alone.get(file));
        });
    }

    @Test
    void theContentDecidesNotTheName(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("image.jpg"), FormatFiles.bytes("rgb8.png"));
        assertThat(ImageReader.read(file).width()).isEqualTo(FormatFiles.WIDTH);
    }

    @Test
    void knowsItsSuffixes() {
        assertThat(ImageReader.suffixes()).contains(".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff");
        assertThat(ImageReader.hasSuffix(Path.of("a", "000.PNG"))).isTrue();
        assertThat(ImageReader.hasSuffix(Path.of("a.png", "notes.txt"))).isFalse();
        assertThat(ImageReader.hasSuffix(Path.of("/"))).isFalse();
    }

    @Test
    void missingFilesAndFoldersAreNamed(@TempDir Path folder) {
        Path absent = folder.resolve("absent.png");
        assertThatThrownBy(() -> ImageReader.read(absent))
                .isInstanceOf(FileAccessException.class)
                .hasMessage(absent + ": no such file or folder");
        assertThatThrownBy(() -> ImageReader.read(folder))
                .isInstanceOf(FileAccessException.class)
                .hasMessageStartingWith(folder + ": ");
    }

    @Test
    void aFailingStreamIsNamed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("camera unplugged");
            }
        };
        assertThatThrownBy(() -> ImageReader.read(broken, "camera 3"))
                .isInstanceOf(FileAccessException.class)
                .hasMessage("camera 3: camera unplugged");
    }

    @Test
    void otherContentIsNamed() {
        assertThatThrownBy(() -> ImageReader.read(new byte[0], "empty"))
                .isInstanceOf(FileFormatException.class)
                .hasMessage(
                        "empty: found an empty file, expected a PNG, JPEG, BMP, TIFF, WebP, GIF or PNM image: copy it again");
        assertThatThrownBy(() -> ImageReader.read("....ftypheic".getBytes(), "a.heic"))
                .isInstanceOf(FileFormatException.class)
                .hasMessage(
                        "a.heic: found a HEIC image, expected a PNG, JPEG, BMP, TIFF, WebP, GIF or PNM image: convert it to "
                                + "PNG, for example with ImageMagick");
    }

    /** One line says what each kind of file is that is not read, and what to do. */
    @ParameterizedTest
    @CsvSource({
        "....ftypheic, a HEIC image, convert it to PNG",
        "....ftypavif, an AVIF image, convert it to PNG",
        "%PDF-1.7, a PDF document, pdfimages",
        "<svg width='1'>, an SVG or XML file, save it as PNG",
        "<!DOCTYPE html>, a web page, download the image itself",
        "version https://git-lfs.github.com/spec/v1, a Git LFS pointer, git lfs pull",
        "'', an empty file, copy it again",
        "dicom, a DICOM file, dcmj2pnm"
    })
    void whatToDoIsSaid(String content, String kind, String advice) {
        byte[] file = (content.equals("dicom") ? "\0".repeat(128) + "DICM" : content).getBytes();
        assertThatThrownBy(() -> ImageReader.read(file, "a"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageStartingWith("a: found " + kind)
                .hasMessageContaining(advice)
                .message()
                .doesNotContain("\n");
    }

    private static int largestDifference(byte[] actual, byte[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        int largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF)));
        }
        return largest;
    }
}
