package dev.ideal4j.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchMaskTest {
    /** The rule as the convolution it is: windows of p × p, stride p, padding 1, then a sum of at least 1. */
    private static boolean touched(Mask mask, int p, int row, int column) {
        int sum = 0;
        for (int y = p * row - 1; y < p * row - 1 + p; y++) {
            for (int x = p * column - 1; x < p * column - 1 + p; x++) {
                boolean inside = y >= 0 && x >= 0 && y < mask.height() && x < mask.width();
                sum += inside && mask.pixels()[y * mask.width() + x] ? 1 : 0;
            }
        }
        return sum >= 1;
    }

    @ParameterizedTest
    @CsvSource({"56, 28, 14", "32, 64, 16", "9, 12, 3", "5, 4, 1"})
    void marksWhatTheShiftedWindowsTouch(int width, int height, int patchSize) {
        float[] noise = SeededValues.uniform("mask" + width, width * height, 1, 0);
        boolean[] pixels = new boolean[width * height];
        IntStream.range(0, pixels.length).forEach(i -> pixels[i] = noise[i] > 1 - 2.0 / (patchSize * patchSize));
        Mask mask = new Mask(width, height, pixels);
        PatchMask patches = PatchMask.of(mask, patchSize);
        assertThat(patches.rows()).isEqualTo(height / patchSize);
        assertThat(patches.columns()).isEqualTo(width / patchSize);
        int count = 0;
        for (int i = 0; i < patches.size(); i++) {
            boolean expected = touched(mask, patchSize, i / patches.columns(), i % patches.columns());
            assertThat(patches.marked(i)).as("patch %d", i).isEqualTo(expected);
            count += expected ? 1 : 0;
        }
        assertThat(patches.count()).isEqualTo(count).isBetween(1, patches.size() - 1);
    }

    @Test
    void windowsLieOnePixelUpAndLeft() {
        assertThat(only(13, 13).marked(3))
                .as("pixel (13, 13) belongs to patch (1, 1)")
                .isTrue();
        assertThat(only(12, 12).marked(0)).isTrue();
        assertThat(only(27, 5).count()).as("the last row marks nothing").isZero();
    }

    private static PatchMask only(int y, int x) {
        boolean[] pixels = new boolean[28 * 28];
        pixels[y * 28 + x] = true;
        return PatchMask.of(new Mask(28, 28, pixels), 14);
    }

    /** A mask of 3 × 4 patches of 4 × 4 pixels; of each the given number of pixels is set. */
    private static Mask filled(int... pixelsPerPatch) {
        boolean[] pixels = new boolean[12 * 16];
        for (int patch = 0; patch < pixelsPerPatch.length; patch++) {
            for (int i = 0; i < pixelsPerPatch[patch]; i++) {
                pixels[(patch / 4 * 4 + i / 4) * 16 + patch % 4 * 4 + i % 4] = true;
            }
        }
        return new Mask(16, 12, pixels);
    }

    private static List<Integer> marked(PatchMask mask) {
        return IntStream.range(0, mask.size()).filter(mask::marked).boxed().toList();
    }

    @Test
    void coveredPatchesAreThoseThatAreHalfFullOrElseTheFullest() {
        assertThat(marked(PatchMask.covered(filled(7, 8, 16, 0, 1), 4))).containsExactly(1, 2);
        assertThat(marked(PatchMask.covered(filled(1, 3, 0, 3), 4))).containsExactly(1, 3);
        assertThat(marked(PatchMask.covered(filled(0), 4))).isEmpty();
    }

    @Test
    void aGrownMaskHasThePatchesBesideIt() {
        boolean[] corner = new boolean[12];
        corner[0] = true;
        assertThat(marked(PatchMask.of(3, 4, corner).grown())).containsExactly(0, 1, 4, 5);
        boolean[] inner = new boolean[20];
        inner[12] = true;
        assertThat(marked(PatchMask.of(4, 5, inner).grown())).containsExactly(6, 7, 8, 11, 12, 13, 16, 17, 18);
        assertThat(PatchMask.of(3, 4, new boolean[12]).grown().count()).isZero();
    }

    @Test
    void refusesSizesThatDoNotFit() {
        Mask mask = new Mask(30, 28, new boolean[30 * 28]);
        assertThatThrownBy(() -> PatchMask.of(mask, 14))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("30×28");
        assertThatThrownBy(() -> PatchMask.covered(mask, 14))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("30×28");
        assertThatThrownBy(() -> PatchMask.of(2, 2, new boolean[3])).isInstanceOf(InvalidInputException.class);
    }
}
