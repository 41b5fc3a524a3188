package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelTest {
    private static final byte FILL = 77;

    @Test
    void imagesStandSideBySideAtOneHeight() {
        RgbImage panel = Panel.of(List.of(flat(40, 30), flat(80, 60)), List.of("", ""));

        assertThat(panel.width()).isEqualTo(4 + 40 + 4 + 40 + 4);
        assertThat(panel.height()).isEqualTo(9 + 2 * 4 + 30 + 4);
        assertThat(count(panel, FILL)).isEqualTo(3 * 2 * 40 * 30);
    }

    @Test
    void captionsAreWrittenAndCutToTheirImage() {
        long letters = count(Panel.of(List.of(flat(40, 30)), List.of("HHHHHH")), (byte) 230);
        long cut = count(Panel.of(List.of(flat(40, 30)), List.of("HHHHHHHHHHHHHHHHHH")), (byte) 230);

        assertThat(letters).isEqualTo(3 * 6 * 17);
        assertThat(cut).isEqualTo(letters);
    }

    @Test
    void letters() {
        assertThat(glyph('g')).isEqualTo("""
                        .....
                        .....
                        .####
                        #...#
                        #...#
                        #...#
                        .####
                        ....#
                        .###.
                        """);
        assertThat(glyph('\u00e9')).startsWith("#####\n#...#\n");
        assertThat(glyph(' ')).doesNotContain("#");
    }

    @Test
    void everyImageNeedsACaption() {
        assertThatThrownBy(() -> Panel.of(List.of(flat(2, 2)), List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("panel: found 1 images and 0 captions, expected one caption each");
        assertThatThrownBy(() -> Panel.of(List.of(), List.of())).isInstanceOf(InvalidInputException.class);
    }

    private static String glyph(char letter) {
        StringBuilder rows = new StringBuilder();
        for (int y = 0; y < PixelFont.HEIGHT; y++) {
            for (int x = 0; x < PixelFont.ADVANCE - 1; x++) {
                rows.append(PixelFont.isSet(letter, x, y) ? '#' : '.');
            }
            rows.append('\n');
        }
        return rows.toString();
    }

    private static RgbImage flat(int width, int height) {
        byte[] samples = new byte[3 * width * height];
        Arrays.fill(samples, FILL);
        return new RgbImage(width, height, samples);
    }

    private static long count(RgbImage image, byte value) {
        long count = 0;
        for (byte sample : image.samples()) {
            count += sample == value ? 1 : 0;
        }
        return count;
    }
}
