package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import org.junit.jupiter.api.Test;

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
