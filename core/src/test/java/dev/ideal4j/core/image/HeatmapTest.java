package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeatmapTest {
    private static final float NAN = Float.NaN;
    private static final int GREEN = 0x00FF40;

    @Test
    void lowAndMissingScoresLeaveTheImage() {
        RgbImage image = grey(4, 1);
        ScoreMap map = new ScoreMap(4, 1, new float[] {-5, 0.2f, NAN, 0.9f});

        RgbImage overlay = Heatmap.overlay(image, map, 0.2f, 1, 1);

        assertThat(Arrays.copyOf(overlay.samples(), 9)).containsOnly(100);
        assertThat(pixel(overlay, 3, 0)).isEqualTo(ColourScale.at(0.875f));
        assertThat(image.samples()).containsOnly(100);
    }

    @Test
    void opacityMixesWithTheImage() {
        ScoreMap map = new ScoreMap(1, 1, new float[] {7});
        int colour = ColourScale.at(1);

        int mixed = pixel(Heatmap.overlay(grey(1, 1), map, 0, 1, 0.5f), 0, 0);

        for (int shift = 0; shift <= 16; shift += 8) {
            assertThat(mixed >> shift & 0xFF).isEqualTo(Math.round(100 + 0.5f * ((colour >> shift & 0xFF) - 100)));
        }
        assertThat(Heatmap.overlay(grey(1, 1), map, 0, 1, 0).samples()).containsOnly(100);
    }

    @Test
    void mapsTakeTheImagesSize() {
        RgbImage overlay = Heatmap.overlay(grey(30, 20), new ScoreMap(3, 2, new float[] {0, 0, 0, 0, 0, 1}), 0, 1, 1);
        assertThat(overlay.width()).isEqualTo(30);
        assertThat(pixel(overlay, 0, 0)).isEqualTo(0x646464);
        assertThat(pixel(overlay, 29, 19)).isEqualTo(ColourScale.at(1));
    }

    @Test
    void coloursAloneAreBlackWhereNothingIsKnown() {
        RgbImage colours = Heatmap.colours(new ScoreMap(3, 1, new float[] {NAN, -1, 9}), 0, 1);
        assertThat(pixel(colours, 0, 0)).isZero();
        assertThat(pixel(colours, 1, 0)).isEqualTo(ColourScale.at(0));
        assertThat(pixel(colours, 2, 0)).isEqualTo(ColourScale.at(1));
    }

    @Test
    void theOutlineLiesAroundTheRegion() {
        boolean[] set = new boolean[49];
        set[3 * 7 + 3] = true;
        set[3 * 7 + 4] = true;

        RgbImage outlined = Heatmap.outline(grey(7, 7), new Mask(7, 7, set), GREEN);

        String drawn = """
                .......
                .......
                ..####.
                ..#..#.
                ..####.
                .......
                .......
                """;
        for (int y = 0; y < 7; y++) {
            for (int x = 0; x < 7; x++) {
                assertThat(pixel(outlined, x, y))
                        .as("%d, %d", x, y)
                        .isEqualTo(drawn.charAt(y * 8 + x) == '#' ? GREEN : 0x646464);
            }
        }
    }

    @Test
    void aRegionThatFillsTheImageHasNoOutline() {
        boolean[] set = new boolean[20];
        Arrays.fill(set, true);
        assertThat(Heatmap.outline(grey(50, 40), new Mask(5, 4, set), GREEN).samples())
                .containsOnly(100);
    }

    @Test
    void badArgumentsAreNamed() {
        ScoreMap map = new ScoreMap(1, 1, new float[1]);
        assertThatThrownBy(() -> Heatmap.overlay(grey(1, 1), map, 1, 0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("range of scores");
        assertThatThrownBy(() -> Heatmap.overlay(grey(1, 1), map, 0, 1, 1.5f))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("opacity: found 1.5, expected 0 to 1");
    }

    private static RgbImage grey(int width, int height) {
        byte[] samples = new byte[3 * width * height];
        Arrays.fill(samples, (byte) 100);
        return new RgbImage(width, height, samples);
    }

    private static int pixel(RgbImage image, int x, int y) {
        int at = 3 * (y * image.width() + x);
        byte[] samples = image.samples();
        return (samples[at] & 0xFF) << 16 | (samples[at + 1] & 0xFF) << 8 | samples[at + 2] & 0xFF;
    }
}
