package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PillowResizeTest {
    /** CRC-32 of what Pillow 12.3 makes of {@link #formula}; columns: source size, target size, BILINEAR, BICUBIC. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 5, 7, 3215644555, 3215644555",
        "2, 3, 64, 48, 917031587, 3658614619",
        "37, 29, 37, 11, 3408151952, 503055649",
        "37, 29, 12, 29, 2697053721, 2265770583",
        "64, 48, 63, 49, 827141779, 3232856138",
        "200, 3, 7, 3, 1898498585, 2105007404",
        "3, 200, 5, 9, 1733142812, 1139086955",
        "97, 101, 448, 448, 3779264057, 2040320412",
        "611, 407, 448, 448, 1375154601, 985841110",
        "500, 20, 1, 1, 2762686565, 3551293683",
        "1, 300, 30, 2, 3476305352, 3476305352"
    })
    void equalsPillowAtAnySize(int width, int height, int toWidth, int toHeight, long bilinear, long bicubic) {
        RgbImage image = formula(width, height);
        assertThat(crc(PillowResize.resize(image, toWidth, toHeight, PillowResize.Filter.BILINEAR)))
                .isEqualTo(bilinear);
        assertThat(crc(PillowResize.resize(image, toWidth, toHeight, PillowResize.Filter.BICUBIC)))
                .isEqualTo(bicubic);
    }

    @ParameterizedTest
    @EnumSource(PillowResize.Filter.class)
    void flatImagesStayFlat(PillowResize.Filter filter) {
        byte[] samples = new byte[31 * 17 * 3];
        Arrays.fill(samples, (byte) 201);
        byte[] resized = PillowResize.resize(new RgbImage(31, 17, samples), 50, 5, filter)
                .samples();
        assertThat(resized).containsOnly((byte) 201);
    }

    @Test
    void theSameSizeIsTheSameImage() {
        RgbImage image = formula(9, 7);
        assertThat(PillowResize.resize(image, 9, 7, PillowResize.Filter.BICUBIC))
                .isSameAs(image);
    }

    @Test
    void channelsAreResizedApart() {
        RgbImage image = formula(40, 30);
        byte[] green = new byte[40 * 30];
        for (int i = 0; i < green.length; i++) {
            green[i] = image.samples()[3 * i + 1];
        }
        byte[] colour =
                PillowResize.resize(image, 13, 17, PillowResize.Filter.BICUBIC).samples();
        byte[] single = PillowResize.resize(green, 1, 40, 30, 13, 17, PillowResize.Filter.BICUBIC);
        for (int i = 0; i < single.length; i++) {
            assertThat(single[i]).isEqualTo(colour[3 * i + 1]);
        }
    }

    @Test
    void doesNotModifyItsInput() {
        RgbImage image = formula(40, 30);
        byte[] before = image.samples().clone();
        PillowResize.resize(image, 13, 60, PillowResize.Filter.BICUBIC);
        assertThat(image.samples()).isEqualTo(before);
    }

    @Test
    void impossibleSizesAreNamed() {
        RgbImage image = formula(4, 4);
        assertThatThrownBy(() -> PillowResize.resize(image, 0, 5, PillowResize.Filter.BICUBIC))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0×5");
        assertThatThrownBy(() -> PillowResize.resize(image, 50_000, 50_000, PillowResize.Filter.BICUBIC))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("50000×50000");
    }

    /** Sharp edges and full contrast, so that the cubic overshoots and is clipped. */
    private static RgbImage formula(int width, int height) {
        byte[] samples = new byte[3 * width * height];
        for (int i = 0; i < samples.length; i++) {
            int at = i / 3;
            int x = at % width;
            int y = at / width;
            samples[i] = (byte) ((x * 7 + y * 13 + i % 3 * 50) % 97 < 40 ? 255 * ((x + y) % 2) : x * y + 31 * (i % 3));
        }
        return new RgbImage(width, height, samples);
    }

    private static long crc(RgbImage image) {
        CRC32 crc = new CRC32();
        crc.update(image.samples());
        return crc.getValue();
    }
}
