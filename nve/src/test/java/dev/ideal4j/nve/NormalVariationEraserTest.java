package dev.ideal4j.nve;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.nve.NormalVariationEraser.Erased;
import dev.ideal4j.nve.NormalVariationEraser.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NormalVariationEraserTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";

    /** Two neighbours on the axes of a plane: their centre lies between them, their variation along the diagonal. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void erasesTheDirectionInWhichNeighboursVary(String name) {
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Tensor normal = scope.upload(new float[] {1, 0, 0, 0, 1, 0}, 2, 3);
            Tensor target = scope.upload(new float[] {3, 3, 5}, 1, 3);
            NormalVariationEraser whole = NormalVariationEraser.of(normal, new Settings(2, 1, 1), scope);
            assertClose(
                    "residual", whole.erase(target, scope).residuals().toArray(), new float[] {2.5f, 2.5f, 5}, 1e-5);

            Tensor shifted = scope.upload(new float[] {4, 2, 5}, 1, 3);
            float[] none = NormalVariationEraser.of(normal, new Settings(2, 1, 0), scope)
                    .erase(shifted, scope)
                    .residuals()
                    .toArray();
            float[] all = whole.erase(shifted, scope).residuals().toArray();
            assertThat(none[0] - none[1]).isCloseTo(2, within(0.5f));
            assertThat(all[0] - all[1]).as("nothing along (1, −1, 0)").isCloseTo(0, within(1e-4f));
            assertThat(all[2]).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void fewNormalRowsShrinkNeighboursAndRank(String name) {
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Tensor normal = scope.upload(new float[] {1, 2, 3}, 1, 3);
            Tensor target = scope.upload(new float[] {2, 2, 5}, 1, 3);
            Erased erased =
                    NormalVariationEraser.of(normal, Settings.PUBLISHED, scope).erase(target, scope);
            assertClose("t − c", erased.residuals().toArray(), new float[] {1, 0, 2}, 1e-5);
            double cosine = (2 + 4 + 15) / Math.sqrt(14.0 * 33);
            assertClose("cosine", erased.cosine().toArray(), new float[] {(float) cosine}, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void permutingNormalRowsChangesNothing(String name) {
        int rows = 31;
        int width = 24;
        float[] normal = SeededValues.uniform("permute/normal", rows * width, 1, 0.3);
        float[] reversed = new float[normal.length];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(normal, row * width, reversed, (rows - 1 - row) * width, width);
        }
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Tensor targets = scope.upload(SeededValues.uniform("permute/targets", 7 * width, 1, 0.3), 1, 7, width);
            Erased one = NormalVariationEraser.of(scope.upload(normal, rows, width), Settings.PUBLISHED, scope)
                    .erase(targets, scope);
            Erased other = NormalVariationEraser.of(scope.upload(reversed, rows, width), Settings.PUBLISHED, scope)
                    .erase(targets, scope);
            assertThat(one.residuals().shape()).isEqualTo(targets.shape());
            assertClose(
                    "residuals", other.residuals().toArray(), one.residuals().toArray(), 1e-6);
            assertClose("cosine", other.cosine().toArray(), one.cosine().toArray(), 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void keepsItsOwnRowsAndFreesAllMemory(String name) {
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                Tensor normal = scope.upload(new float[] {1, 0, 0, 1}, 2, 2);
                NormalVariationEraser eraser = NormalVariationEraser.of(normal, Settings.PUBLISHED, scope);
                normal.write(new float[] {9, 9, 9, 9});
                assertThat(eraser.normal().toArray()).containsExactly(1, 0, 0, 1);
                long before = backend.liveBytes();
                try (Scope results = backend.scope()) {
                    eraser.erase(normal, results);
                    assertThat(backend.liveBytes())
                            .as("residuals and cosines alone")
                            .isEqualTo(before + 4 * (4 + 2));
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @Test
    void refusesTargetsOfAnotherWidth() {
        try (Backend backend = Backends.open("reference");
                Scope scope = backend.scope()) {
            NormalVariationEraser eraser = NormalVariationEraser.of(scope.allocate(3, 4), Settings.PUBLISHED, scope);
            Tensor narrow = scope.allocate(2, 3);
            assertThatThrownBy(() -> eraser.erase(narrow, scope))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("4");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0.5", "65, 4, 0.5", "4, 5, 0.5", "4, -1, 0.5", "4, 2, -0.1", "4, 2, 1.1", "4, 2, NaN"})
    void refusesSettingsOutOfRange(int neighbours, int rank, float strength) {
        assertThatThrownBy(() -> new Settings(neighbours, rank, strength)).isInstanceOf(InvalidInputException.class);
    }
}
