package dev.ideal4j.core.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileKindTest {
    private static String describe(String start) {
        byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
        return FileKind.describe(bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "RIFF1234WEBPVP8, a WebP image",
        "GIF89a, a GIF image",
        "1234ftypheic, a HEIC image",
        "1234ftypmif1, a HEIF image",
        "1234ftypavif, an AVIF image",
        "1234ftypisom, an MP4 or MOV video",
        "8BPS, a Photoshop document",
        "'P6 2 2', 'a PBM, PGM or PPM image'",
        "%PDF-1.7, a PDF document",
        "version https://git-lfs.github.com/spec/v1, a Git LFS pointer in place of the file",
        "<svg xmlns, an SVG or XML file",
        "' <!DOCTYPE html>', a web page",
        "'{\"shapes\": []}', a JSON file",
        "'x,y\n1,2', a text file"
    })
    void filesAreNamedByWhatTheyAre(String start, String expected) {
        assertThat(describe(start)).isEqualTo(expected);
    }

    @Test
    void binaryMarksAreKnown() {
        assertThat(describe("II+\0\b\0")).isEqualTo("a BigTIFF image");
        assertThat(describe("\0\0\0\fjP  \r\n")).isEqualTo("a JPEG 2000 image");
        assertThat(describe("\u00ff\n\u0012")).isEqualTo("a JPEG XL image");
        assertThat(describe("\0".repeat(128) + "DICM")).isEqualTo("a DICOM file");
        assertThat(describe("\0".repeat(257) + "ustar")).isEqualTo("a tar archive");
        assertThat(describe("\u001f\u008b\b")).isEqualTo("a gzip file");
        assertThat(describe("\0\u0005\u0016\u0007")).startsWith("the AppleDouble file");
        assertThat(describe("PK\u0003\u0004")).isEqualTo("a zip archive");
        assertThat(describe("\u0093NUMPY")).isEqualTo("a NumPy array");
        assertThat(describe("")).isEqualTo("an empty file");
        assertThat(describe("\u0001\u0002")).isEqualTo("a file of 2 bytes that begins with 01 02");
    }
}
