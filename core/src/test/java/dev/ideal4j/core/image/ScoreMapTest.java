package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreMapTest {
    private static final float NAN = Float.NaN;

    @Test
    void extremesPassOverNan() {
        ScoreMap map = new ScoreMap(2, 2, new float[] {NAN, 3, -1, NAN});
        assertThat(map.min()).isEqualTo(-1);
        assertThat(map.max()).isEqualTo(3);
        ScoreMap empty = new ScoreMap(1, 1, new float[] {NAN});
        assertThat(empty.min()).isNaN();
        assertThat(empty.max()).isNaN();
    }

    @Test
    void nanReachesNoThreshold() {
        ScoreMap map = new ScoreMap(4, 1, new float[] {NAN, 0.4f, 0.5f, 0.6f});
        assertThat(map.atLeast(0.5f).pixels()).containsExactly(false, false, true, true);
    }

    @Test
    void doublingPutsValuesAtQuarters() {
        ScoreMap map = new ScoreMap(2, 1, new float[] {0, 8}).resize(4, 1);
        assertThat(map.values()).containsExactly(0, 2, 6, 8);
    }

    @Test
    void shrinkingSamplesWithoutAntialiasing() {
        ScoreMap map = new ScoreMap(1, 6, new float[] {0, 1, 10, 11, 20, 21}).resize(1, 2);
        assertThat(map.values()).containsExactly(1, 20);
    }

    /** The formula, a value at a time. */
    @ParameterizedTest
    @CsvSource({"1, 1, 5, 4", "7, 5, 16, 9", "7, 5, 6, 14", "7, 5, 3, 2", "7, 5, 7, 11", "28, 28, 100, 99"})
    void resizingFollowsTheFormula(int width, int height, int toWidth, int toHeight) {
        Random random = new Random(1);
        float[] values = new float[width * height];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 11 == 10 ? Float.NaN : random.nextFloat();
        }
        ScoreMap map = new ScoreMap(width, height, values);
        ScoreMap resized = map.resize(toWidth, toHeight);
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                float v = Math.max(0, (y + 0.5f) * ((float) height / toHeight) - 0.5f);
                float u = Math.max(0, (x + 0.5f) * ((float) width / toWidth) - 0.5f);
                int right = Math.min((int) u + 1, width - 1);
                int down = Math.min((int) v + 1, height - 1);
                float above = mixed(map.at((int) u, (int) v), map.at(right, (int) v), u - (int) u);
                float below = mixed(map.at((int) u, down), map.at(right, down), u - (int) u);
                assertThat(resized.at(x, y)).as(x + "," + y).isEqualTo(Float.valueOf(mixed(above, below, v - (int) v)));
            }
        }
    }

    private static float mixed(float from, float to, float share) {
        return share == 0 ? from : (1 - share) * from + share * to;
    }

    @Test
    void nanSpreadsOnlyWhereItHasWeight() {
        ScoreMap map = new ScoreMap(3, 1, new float[] {1, 2, NAN});
        assertThat(map.resize(3, 1).values()).containsExactly(1, 2, NAN);
        assertThat(map.resize(6, 1).values()).containsExactly(1, 1.25f, 1.75f, NAN, NAN, NAN);
    }

    @Test
    void impossibleSizesAreNamed() {
        ScoreMap map = new ScoreMap(1, 1, new float[1]);
        assertThatThrownBy(() -> map.resize(0, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> map.resize(60_000, 60_000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("60000×60000");
    }
}
