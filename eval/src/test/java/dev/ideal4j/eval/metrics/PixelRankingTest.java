package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PixelRankingTest {
    /** A slow computation of overlap, positives and negatives at or above each distinct score. */
    private static List<double[]> expected(ScoredMaps maps, Regions.Connectivity connectivity) {
        TreeMap<Float, double[]> at = new TreeMap<>(java.util.Comparator.reverseOrder());
        long[] regions = {0};
        maps.forEach((map, truth) -> {
            Regions found = Regions.of(truth, connectivity);
            regions[0] += found.count();
            for (int p = 0; p < map.values().length; p++) {
                double[] here = at.computeIfAbsent(map.values()[p] + 0f, s -> new double[3]);
                here[truth.pixels()[p] ? 0 : 1]++;
                here[2] += truth.pixels()[p] ? 1.0 / found.size(found.labels()[p]) : 0;
            }
        });
        List<double[]> steps = new ArrayList<>();
        double[] sums = new double[3];
        at.forEach((score, here) -> {
            for (int i = 0; i < 3; i++) {
                sums[i] += here[i];
            }
            steps.add(new double[] {score, sums[0], sums[1], sums[2] / regions[0]});
        });
        return steps;
    }

    private static ScoredMaps random(long seed, int count, int side, double levels) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] values = new float[side * side];
            boolean[] marked = new boolean[side * side];
            for (int p = 0; p < values.length; p++) {
                marked[p] = random.nextInt(4) == 0;
                values[p] = (float) (Math.rint(random.nextDouble(-1, 1) * levels) / levels);
            }
            maps.add(new ScoreMap(side, side, values));
            masks.add(new Mask(side, side, marked));
        }
        return ScoredMaps.of(maps, masks);
    }

    @Test
    void agreesWithAPlainSortWhateverTheMemory() {
        for (double levels : new double[] {1, 3, 1000, 1e9}) {
            ScoredMaps maps = random((long) levels, 3, 29, levels);
            List<double[]> expected = expected(maps, Regions.Connectivity.EIGHT);
            for (long bytes : new long[] {levels < 10 ? 1 : 500, 5000, 1L << 30}) {
                List<double[]> steps = new ArrayList<>();
                new PixelRanking(maps, Regions.Connectivity.EIGHT, bytes)
                        .walk((score, tp, fp, overlap) -> steps.add(new double[] {score, tp, fp, overlap}));
                assertThat(steps).hasSameSizeAs(expected);
                for (int i = 0; i < steps.size(); i++) {
                    assertThat(steps.get(i)).containsExactly(expected.get(i), within(1e-12));
                }
            }
        }
    }

    @Test
    void manyPixelsOfOneScoreAreTallied() {
        float[] values = new float[400 * 400];
        boolean[] marked = new boolean[values.length];
        for (int p = 0; p < values.length; p++) {
            values[p] = p % 3;
            marked[p] = p < 400;
        }
        ScoredMaps maps = ScoredMaps.of(List.of(new ScoreMap(400, 400, values)), List.of(new Mask(400, 400, marked)));
        List<long[]> steps = new ArrayList<>();
        new PixelRanking(maps).walk((score, tp, fp, overlap) -> steps.add(new long[] {(long) score, tp, fp}));
        assertThat(steps)
                .containsExactly(new long[] {2, 133, 53200}, new long[] {1, 266, 106400}, new long[] {0, 400, 159600});
    }

    @Test
    void bothZerosAreOneScore() {
        SampleRanking zeros = new SampleRanking(new float[] {-0f, 0f}, new boolean[] {true, false});
        assertThat(Auroc.of(zeros)).isEqualTo(0.5);
    }

    @Test
    void keysKeepTheOrderOfFloats() {
        float[] ascending = {-Float.MAX_VALUE, -1, -Float.MIN_VALUE, 0, Float.MIN_VALUE, 0.5f, 1, Float.MAX_VALUE};
        for (int i = 0; i < ascending.length; i++) {
            assertThat(FloatKey.toFloat(FloatKey.of(ascending[i]))).isEqualTo(ascending[i]);
            if (i > 0) {
                assertThat(Integer.compareUnsigned(FloatKey.of(ascending[i - 1]), FloatKey.of(ascending[i])))
                        .isNegative();
            }
        }
    }

    @Test
    void regionsMayTouchAtCorners() {
        Mask mask = new Mask(3, 2, new boolean[] {true, false, false, false, true, true});
        assertThat(Regions.of(mask, Regions.Connectivity.FOUR).count()).isEqualTo(2);
        assertThat(Regions.of(mask, Regions.Connectivity.EIGHT).count()).isEqualTo(1);
        assertThat(Regions.of(mask, Regions.Connectivity.FOUR).size(1)).isEqualTo(2);
    }

    @Test
    void refusesScoresThatCannotBeRanked() {
        ScoredMaps nan = ScoredMaps.of(
                List.of(new ScoreMap(1, 1, new float[] {Float.NaN})), List.of(new Mask(1, 1, new boolean[1])));
        assertThatThrownBy(() -> PixelMetrics.of(nan))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN");
        ScoredMaps sizes =
                ScoredMaps.of(List.of(new ScoreMap(1, 1, new float[1])), List.of(new Mask(2, 1, new boolean[2])));
        assertThatThrownBy(() -> new PixelRanking(sizes))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2×1");
    }
}
