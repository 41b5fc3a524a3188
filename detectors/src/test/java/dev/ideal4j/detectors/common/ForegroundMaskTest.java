package dev.ideal4j.detectors.common;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.testing.Fixture;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks of the object by the first principal axis. */
class ForegroundMaskTest {
    @Tag("golden")
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void masksAreThePublishedOnes(String name) {
        Fixture fixture = Fixture.open("rivals/anomalydino_tiny.safetensors");
        ForegroundMask mask = new ForegroundMask(1.5f, 3, 0.2, true);
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            for (String image : new String[] {"good/000", "good/001", "bad/000", "bad/001"}) {
                String of = "other/" + image + "/";
                int[] grid = fixture.shape(of + "mask");
                float[] features = fixture.floats(of + "feature");
                assertClose(
                        of,
                        ForegroundMask.firstComponent(features, grid[0] * grid[1], scope),
                        fixture.floats(of + "first_component"),
                        1e-4);
                boolean[] object = mask.of(features, grid[0], grid[1], scope);
                double[] expected = fixture.doubles(of + "mask");
                for (int i = 0; i < expected.length; i++) {
                    assertThat(object[i]).as(of + i).isEqualTo(expected[i] != 0);
                }
            }
        }
    }

    /** Features of an object in the middle of a grid of 14×14, beside which the background is quiet. */
    private static float[] features(boolean objectVaries) {
        Random random = new Random(1);
        float[] features = new float[196 * 4];
        for (int patch = 0; patch < 196; patch++) {
            int x = patch % 14;
            int y = patch / 14;
            boolean object = x >= 4 && x < 10 && y >= 4 && y < 10;
            features[patch * 4] = (object == objectVaries ? 50 : 0) + random.nextFloat();
            features[patch * 4 + 1] = random.nextFloat();
        }
        return features;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMiddleIsTheObjectWhicheverWayTheAxisPoints(boolean high) {
        ForegroundMask grid = new ForegroundMask(10, 3, 0.2, false);
        ForegroundMask list = new ForegroundMask(10, 3, 0.2, true);
        ForegroundMask plain = new ForegroundMask(10, 1, 0.2, false);
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            for (int patch = 0; patch < 196; patch++) {
                int x = patch % 14;
                int y = patch / 14;
                boolean column = x >= 4 && x < 10;
                boolean row = y >= 4 && y < 10;
                assertThat(plain.of(features(high), 14, 14, scope)[patch]).isEqualTo(column && row);
                assertThat(grid.of(features(high), 14, 14, scope)[patch])
                        .isEqualTo(x >= 3 && x < 11 && y >= 3 && y < 11);
                // along the list the mask grows to both sides of a row, and never to other rows
                assertThat(list.of(features(high), 14, 14, scope)[patch]).isEqualTo(row && x >= 3 && x < 11);
            }
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new ForegroundMask(10, 2, 0.2, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("mask kernel: found 2, expected an odd number of 1 or more");
        assertThatThrownBy(() -> new ForegroundMask(10, 3, 0.6, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("mask border");
    }
}
