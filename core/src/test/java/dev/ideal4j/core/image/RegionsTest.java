package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {
    /** A map of rows of digits; a blank is below the threshold of 0.5. */
    private static ScoreMap map(String... rows) {
        int width = rows[0].length();
        float[] values = new float[width * rows.length];
        for (int i = 0; i < values.length; i++) {
            char c = rows[i / width].charAt(i % width);
            values[i] = c == ' ' ? 0 : c - '0';
        }
        return new ScoreMap(width, rows.length, values);
    }

    private static List<Region> regions(String... rows) {
        return Regions.above(map(rows), 0.5f, 1);
    }

    @Test
    void nothingAboveTheThreshold() {
        assertThat(regions("   ", "   ")).isEmpty();
        assertThat(Regions.above(map("11", "11"), 1, 1))
                .as("a score at the threshold is not above it")
                .isEmpty();
    }

    @Test
    void onePixel() {
        Region region = regions("   ", "  3").get(0);
        assertThat(region.area()).isEqualTo(1);
        assertThat(region.box()).isEqualTo(new Region.Box(2, 1, 1, 1));
        assertThat(region.centroidX()).isEqualTo(2.5);
        assertThat(region.centroidY()).isEqualTo(1.5);
        assertThat(region.max()).isEqualTo(3);
        assertThat(region.outline()).hasSize(1);
        assertThat(region.outline().get(0).corners()).containsExactlyInAnyOrder(3, 1, 3, 2, 2, 2, 2, 1);
    }

    @Test
    void everything() {
        Region region = regions("1111", "1921", "1111").get(0);
        assertThat(region.area()).isEqualTo(12);
        assertThat(region.peakX()).isEqualTo(1);
        assertThat(region.peakY()).isEqualTo(1);
        assertThat(region.mean()).isCloseTo(21 / 12.0, within(1e-9));
        assertThat(region.outline().get(0).size()).isEqualTo(4);
        assertThat(region.outline().get(0).signedDoubleArea()).isEqualTo(24);
    }

    @Test
    void pixelsThatTouchAtACornerAreConnected() {
        List<Region> regions = regions("1  1", " 1  ", "1   ");
        assertThat(regions).hasSize(2);
        assertThat(regions).extracting(Region::area).containsExactlyInAnyOrder(3, 1);
        assertThat(regions).allSatisfy(region -> assertThat(region.outline()).hasSize(1));
    }

    @Test
    void holesHaveRingsOfTheirOwn() {
        Region region = regions("1111111", "1  1  1", "1  1  1", "1111111").get(0);
        assertThat(region.hasHoles()).isTrue();
        assertThat(region.outline()).hasSize(3);
        assertThat(region.outline().stream()
                                .mapToLong(Outline::signedDoubleArea)
                                .sum()
                        / 2)
                .as("outer area less the holes")
                .isEqualTo(region.area());
    }

    @Test
    void theHighestScoreComesFirstAndSmallRegionsAreLeftOut() {
        ScoreMap map = map("2  4", "2   ", "   3");
        assertThat(Regions.above(map, 0.5f, 1)).extracting(Region::max).containsExactly(4f, 3f, 2f);
        assertThat(Regions.above(map, 0.5f, 2)).extracting(Region::area).containsExactly(2);
    }

    @Test
    void notANumberBelongsToNoRegion() {
        ScoreMap map = new ScoreMap(3, 1, new float[] {1, Float.NaN, 1});
        assertThat(Regions.above(map, 0.5f, 1)).hasSize(2);
        assertThatThrownBy(() -> Regions.above(map, Float.NaN, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Regions.above(map, 0, 0)).isInstanceOf(InvalidInputException.class);
    }

    /** Filled again by the even-odd rule at the pixels' centres, an outline gives back its region but for border pixels. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void outlinesFilledAgainGiveBackTheRegion(long seed) {
        int size = 60;
        Random random = new Random(seed);
        float[] coarse = new float[100];
        for (int i = 0; i < coarse.length; i++) {
            coarse[i] = random.nextFloat();
        }
        ScoreMap map = new ScoreMap(10, 10, coarse).resize(size, size);
        boolean[] wanted = new boolean[size * size];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = map.values()[i] > 0.5f;
        }
        List<Region> regions = Regions.above(map, 0.5f, 1);
        assertThat(regions.stream().mapToInt(Region::area).sum()).isEqualTo(count(wanted));
        boolean[] filled = new boolean[size * size];
        for (Region region : regions) {
            for (int i = 0; i < filled.length; i++) {
                filled[i] ^= inside(region.outline(), i % size + 0.5, i / size + 0.5);
            }
        }
        for (int i = 0; i < filled.length; i++) {
            if (filled[i] != wanted[i]) {
                assertThat(isAtBorder(wanted, size, i))
                        .as("pixel %d, %d", i % size, i / size)
                        .isTrue();
            }
        }
        int corners = regions.stream()
                .flatMap(region -> region.outline().stream())
                .mapToInt(Outline::size)
                .sum();
        assertThat(corners).as("corners after simplifying").isLessThan(count(wanted) / 3);
    }

    private static int count(boolean[] set) {
        int count = 0;
        for (boolean value : set) {
            count += value ? 1 : 0;
        }
        return count;
    }

    private static boolean inside(List<Outline> rings, double x, double y) {
        boolean inside = false;
        for (Outline ring : rings) {
            int[] c = ring.corners();
            for (int i = 0, j = c.length - 2; i < c.length; j = i, i += 2) {
                boolean crosses = c[i + 1] > y != c[j + 1] > y;
                if (crosses && x < (double) (c[j] - c[i]) * (y - c[i + 1]) / (c[j + 1] - c[i + 1]) + c[i]) {
                    inside = !inside;
                }
            }
        }
        return inside;
    }

    private static boolean isAtBorder(boolean[] set, int size, int at) {
        int x = at % size;
        int y = at / size;
        for (int v = Math.max(0, y - 1); v <= Math.min(size - 1, y + 1); v++) {
            for (int u = Math.max(0, x - 1); u <= Math.min(size - 1, x + 1); u++) {
                if (set[v * size + u] != set[at]) {
                    return true;
                }
            }
        }
        return x == 0 || y == 0 || x == size - 1 || y == size - 1;
    }

    @Test
    void aStaircaseBecomesASlope() {
        String[] rows = new String[20];
        Arrays.setAll(rows, i -> "1".repeat(i + 1) + " ".repeat(20 - i));
        assertThat(regions(rows).get(0).outline().get(0).size()).isLessThanOrEqualTo(5);
    }
}
