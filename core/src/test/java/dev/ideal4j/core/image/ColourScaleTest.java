package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColourScaleTest {
    @Test
    void lightnessAlwaysGrows() {
        for (int i = 8; i < 256; i++) {
            assertThat(lab(ColourScale.at(i / 255f))[0])
                    .as("step %d", i)
                    .isGreaterThan(lab(ColourScale.at((i - 8) / 255f))[0]);
        }
    }

    /** CIE 1976 differences, another yardstick than the one the colours were made by: at most a factor of 3 apart. */
    @Test
    void equalStepsLookAboutEqual() {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 16; i < 256; i += 16) {
            double[] from = lab(ColourScale.at((i - 16) / 255f));
            double[] to = lab(ColourScale.at(i / 255f));
            double step = Math.hypot(Math.hypot(to[0] - from[0], to[1] - from[1]), to[2] - from[2]);
            least = Math.min(least, step);
            most = Math.max(most, step);
        }
        assertThat(least).isPositive();
        assertThat(most / least).isLessThan(3);
    }

    @Test
    void sharesOutsideGetTheNearerEnd() {
        assertThat(ColourScale.at(-3)).isEqualTo(ColourScale.at(0));
        assertThat(ColourScale.at(Float.POSITIVE_INFINITY)).isEqualTo(ColourScale.at(1));
        assertThat(ColourScale.at(0)).isNotEqualTo(ColourScale.at(1));
    }

    /** CIELAB under D65. */
    private static double[] lab(int colour) {
        double red = linear(colour >> 16 & 0xFF);
        double green = linear(colour >> 8 & 0xFF);
        double blue = linear(colour & 0xFF);
        double x = response((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
        double y = response(0.2126 * red + 0.7152 * green + 0.0722 * blue);
        double z = response((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double linear(int level) {
        double share = level / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    private static double response(double t) {
        return t > 216 / 24389.0 ? Math.cbrt(t) : (24389 / 27.0 * t + 16) / 116;
    }
}
