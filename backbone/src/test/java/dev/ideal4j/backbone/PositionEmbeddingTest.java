package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.VitConfig.Position;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PositionEmbeddingTest {
    private static final Position SAMPLED = new Position(0, false);

    /** A table of two channels: the column, and twice the row. */
    private static float[] ramp(int grid) {
        float[] table = new float[grid * grid * 2];
        for (int row = 0; row < grid; row++) {
            for (int column = 0; column < grid; column++) {
                table[2 * (row * grid + column)] = column;
                table[2 * (row * grid + column) + 1] = 2 * row;
            }
        }
        return table;
    }

    @Test
    void itsOwnGridIsLeftAsItIs() {
        float[] table = ramp(5);
        assertThat(new PositionEmbedding(table, 5, 2, Position.PLAIN).resize(5, 5))
                .isSameAs(table);
    }

    @Test
    void aConstantStaysConstant() {
        float[] table = new float[7 * 7 * 3];
        Arrays.fill(table, 1.5f);
        for (Position how : new Position[] {Position.PLAIN, Position.REGISTERS, SAMPLED}) {
            for (float value : new PositionEmbedding(table, 7, 3, how).resize(3, 11)) {
                assertThat(value).isCloseTo(1.5f, within(1e-6f));
            }
        }
    }

    @Test
    void rowsAndColumnsGoTheirOwnWays() {
        // Halving 8 to 4 without offset samples midway between two entries, where a ramp's value is known inside.
        float[] out = new PositionEmbedding(ramp(8), 8, 2, SAMPLED).resize(4, 8);
        assertThat(out).hasSize(4 * 8 * 2);
        assertThat(out[2 * (1 * 8 + 3)]).isCloseTo(3f, within(1e-6f));
        assertThat(out[2 * (1 * 8 + 3) + 1]).isCloseTo(2 * 2.5f, within(1e-6f));
        assertThat(out[2 * (2 * 8 + 5) + 1]).isCloseTo(2 * 4.5f, within(1e-6f));
    }

    @Test
    void theOffsetShiftsTheCoordinates() {
        // Target 1 of 4 reads 1.5 · 8 / 4.1 − 0.5 = 2.4268 of 8; the kernel with a = −0.75 is no linear interpolation.
        float[] out = new PositionEmbedding(ramp(8), 8, 2, Position.PLAIN).resize(8, 4);
        double t = 1.5 * 8 / 4.1 - 0.5 - 2;
        double expected = 0;
        for (int tap = -1; tap <= 2; tap++) {
            double x = Math.abs(t - tap);
            double weight = x <= 1 ? 1.25 * x * x * x - 2.25 * x * x + 1 : -0.75 * x * x * x + 3.75 * x * x - 6 * x + 3;
            expected += weight * (2 + tap);
        }
        assertThat(out[2]).isCloseTo((float) expected, within(1e-6f));
    }

    @Test
    void antialiasingAveragesWhatSamplingMisses() {
        float[] table = new float[12 * 12];
        table[5 * 12 + 5] = 1;
        float[] averaged = new PositionEmbedding(table, 12, 1, Position.REGISTERS).resize(2, 2);
        float[] sampled = new PositionEmbedding(table, 12, 1, SAMPLED).resize(2, 2);
        assertThat(averaged[0]).isGreaterThan(0.005f);
        assertThat(sampled[0]).isZero();
    }
}
