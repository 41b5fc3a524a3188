package dev.ideal4j.ide;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinePositionEmbeddingTest {
    private static final double EPS = 1e-6;

    /** Two rows of three patches, the middle one of the first row masked: counted by hand. */
    @Test
    void countsPatchesOutsideTheMaskOnAGridThatIsNotSquare() {
        PatchMask mask = PatchMask.of(2, 3, new boolean[] {false, true, false, false, false, false});
        double[] y = {1 / (2 + EPS), 0, 1 / (2 + EPS), 2 / (2 + EPS), 1 / (1 + EPS), 2 / (2 + EPS)};
        double[] x = {1 / (2 + EPS), 1 / (2 + EPS), 2 / (2 + EPS), 1 / (3 + EPS), 2 / (3 + EPS), 3 / (3 + EPS)};
        int width = 8;
        float[] expected = new float[6 * width];
        for (int patch = 0; patch < 6; patch++) {
            double[] positions = {2 * Math.PI * y[patch], 2 * Math.PI * x[patch]};
            for (int axis = 0; axis < 2; axis++) {
                int at = patch * width + axis * 4;
                expected[at] = (float) Math.sin(positions[axis]);
                expected[at + 1] = (float) Math.cos(positions[axis]);
                expected[at + 2] = (float) Math.sin(positions[axis] / 100);
                expected[at + 3] = (float) Math.cos(positions[axis] / 100);
            }
        }
        assertClose("embedding", SinePositionEmbedding.of(mask, width), expected, 1e-6);
    }

    @Test
    void aMaskedColumnHasPositionZero() {
        PatchMask mask = PatchMask.of(1, 2, new boolean[] {true, false});
        float[] embedding = SinePositionEmbedding.of(mask, 4);
        assertThat(Arrays.copyOf(embedding, 2)).containsExactly(0, 1);
    }

    @Test
    void severalReferencesAreLaidOutPatchByPatch() {
        PatchMask first = PatchMask.of(1, 2, new boolean[] {false, false});
        PatchMask second = PatchMask.of(1, 2, new boolean[] {true, false});
        float[] of1 = SinePositionEmbedding.of(first, 4);
        float[] of2 = SinePositionEmbedding.of(second, 4);
        float[] both = SinePositionEmbedding.of(List.of(first, second), 4);
        assertThat(Arrays.copyOfRange(both, 0, 4)).containsExactly(Arrays.copyOfRange(of1, 0, 4));
        assertThat(Arrays.copyOfRange(both, 4, 8)).containsExactly(Arrays.copyOfRange(of2, 0, 4));
        assertThat(Arrays.copyOfRange(both, 8, 12)).containsExactly(Arrays.copyOfRange(of1, 4, 8));
        assertThat(Arrays.copyOfRange(both, 12, 16)).containsExactly(Arrays.copyOfRange(of2, 4, 8));
    }

    @Test
    void refusesAnOddWidth() {
        PatchMask mask = PatchMask.of(1, 1, new boolean[1]);
        assertThatThrownBy(() -> SinePositionEmbedding.of(mask, 3)).isInstanceOf(InvalidInputException.class);
    }
}
