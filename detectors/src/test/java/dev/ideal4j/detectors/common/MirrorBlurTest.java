package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.image.ScoreMap;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorBlurTest {
    private static ScoreMap values(int columns, int rows) {
        Random random = new Random(5);
        float[] values = new float[columns * rows];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return new ScoreMap(columns, rows, values);
    }

    /** The definition, pixel by pixel. */
    private static double expected(ScoreMap values, int width, int height, int x, int y, double sigma, int radius) {
        double sum = 0;
        double weights = 0;
        for (int v = -radius; v <= radius; v++) {
            for (int u = -radius; u <= radius; u++) {
                double weight = radius == 0 ? 1 : Math.exp(-(u * u + v * v) / (2 * sigma * sigma));
                int column = MirrorBlur.mirrored(x + u, width) * values.width() / width;
                int row = MirrorBlur.mirrored(y + v, height) * values.height() / height;
                sum += weight * values.at(column, row);
                weights += weight;
            }
        }
        return sum / weights;
    }

    @ParameterizedTest
    @CsvSource({
        "8, 6, 112, 84, 4, 16", // patches of 14 pixels
        "5, 7, 13, 16, 2, 8", // patches of different sizes
        "12, 9, 12, 9, 0.8, 1", // a value for each pixel
        "3, 2, 6, 4, 4, 16", // a window wider than the map
        "1, 1, 1, 1, 4, 16",
        "4, 3, 12, 9, 0, 0" // no blur
    })
    void eachPixelIsTheWeightedMeanOfItsMirroredWindow(
            int columns, int rows, int width, int height, float sigma, int radius) {
        ScoreMap values = values(columns, rows);
        ScoreMap blurred = new MirrorBlur(columns, rows, width, height, sigma, radius).of(values);
        assertThat(blurred.width()).isEqualTo(width);
        assertThat(blurred.height()).isEqualTo(height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                assertThat((double) blurred.at(x, y))
                        .as(x + ", " + y)
                        .isCloseTo(expected(values, width, height, x, y, sigma, radius), within(2e-7));
            }
        }
    }
}
