package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AUPIMO equals anomalib's on the fixture's maps, and refuses maps that do not determine it. */
class AupimoTest {
    @ParameterizedTest
    @Tag("golden")
    @CsvSource({
        "plain, 6, 5, 96, 96",
        "paper, 24, 4, 128, 128",
        "full_mask, 5, 4, 80, 100",
        "ties, 4, 4, 64, 128",
        "few, 5, 4, 80, 100"
    })
    void scoresAndCurvesAreThePublishedOnes(String name, int normal, int defective, int rows, int columns) {
        Fixture fixture = Fixture.open("metrics/aupimo.safetensors");
        ScoredMaps maps = maps(fixture.meta("seed_prefix") + name, normal, defective, rows, columns);
        String[] words = fixture.meta(name).replace(",", "").replace(":", "").split(" ");
        Aupimo.Settings settings = new Aupimo.Settings(
                Integer.parseInt(words[0]),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[4]),
                words[words.length - 1].equals("forced") ? 1 : 31);

        Aupimo.Rates rates = new Aupimo.Rates(maps, settings);
        int every = (int) fixture.doubles(name + "/threshold_every")[0];
        float[] thresholds = fixture.floats(name + "/thresholds");
        double[] shared = fixture.doubles(name + "/shared_rate");
        for (int i = 0; i < thresholds.length; i++) {
            assertThat(rates.thresholds[i * every]).isEqualTo(thresholds[i]);
            assertThat(rates.rates[i * every]).isCloseTo(shared[i], within(1e-6));
        }
        assertThat(new double[] {rates.atLower, rates.atUpper})
                .containsExactly(fixture.doubles(name + "/threshold_index_at_lower_and_upper_rate"));
        double[] overlaps = fixture.doubles(name + "/overlap");
        double[] expected = fixture.doubles(name + "/score");
        List<Double> scores = Aupimo.of(maps, settings).scores();
        for (int i = 0; i < defective; i++) {
            double[] overlap = rates.overlap(maps.map(normal + i), maps.truth(normal + i));
            for (int k = 0; k < thresholds.length; k++) {
                assertThat(overlap[k * every]).isCloseTo(overlaps[(normal + i) * thresholds.length + k], within(1e-6));
            }
            assertThat(scores.get(i)).isCloseTo(expected[normal + i], within(1e-5));
        }
        assertThat(Aupimo.of(maps, settings).mean()).isCloseTo(fixture.doubles(name + "/average")[0], within(1e-5));
    }

    /** The fixture's maps: cubed random values, with a disc of growing size added in defective images. */
    private static ScoredMaps maps(String prefix, int normal, int defective, int rows, int columns) {
        String name = prefix.substring(prefix.indexOf('/') + 1);
        int pixels = rows * columns;
        float[] seeded = SeededValues.uniform(prefix + "/maps", (normal + defective) * pixels, 1, 0);
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        for (int image = 0; image < normal + defective; image++) {
            int i = image - normal;
            double radius = 4 + 2 * i;
            float[] values = new float[pixels];
            boolean[] marked = new boolean[pixels];
            for (int p = 0; p < pixels; p++) {
                double value = Math.pow(seeded[image * pixels + p], 3);
                if (i >= 0) {
                    double down = p / columns - (0.3 * rows + 5 * i);
                    double across = p % columns - (0.6 * columns - 4 * i);
                    double square = down * down + across * across;
                    boolean all = name.equals("full_mask") && i == defective - 1;
                    marked[p] = all || square <= radius * radius;
                    value += square <= radius * radius
                            ? (0.35 + 0.4 * i) * Math.max(0, 1 - Math.sqrt(square) / (1.6 * radius))
                            : 0;
                }
                values[p] = (float) (name.equals("ties") ? Math.rint(50 * value) / 50 : value);
            }
            maps.add(new ScoreMap(columns, rows, values));
            masks.add(new Mask(columns, rows, marked));
        }
        return ScoredMaps.of(maps, masks);
    }

    @Test
    void aPerfectMapScoresOneAndABlindOneZero() {
        ScoredMaps perfect = ramp(1200, 2000);
        assertThat(Aupimo.of(perfect, Aupimo.Settings.PUBLISHED).mean()).isCloseTo(1, within(0.01));
        ScoredMaps blind = ramp(1200, -1);
        assertThat(Aupimo.of(blind, Aupimo.Settings.PUBLISHED).scores()).containsExactly(0.0);
        assertThat(PixelMetrics.of(blind).aupimo().missed()).isEqualTo(1);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Aupimo.of(ramp(20, 2000), Aupimo.Settings.PUBLISHED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more pixels of good images");
        ScoredMaps whole = ramp(1200, 2000);
        ScoredMaps defectiveAlone = ScoredMaps.of(List.of(whole.map(1)), List.of(whole.truth(1)));
        assertThatThrownBy(() -> Aupimo.of(defectiveAlone, Aupimo.Settings.PUBLISHED))
                .hasMessageContaining("0 good, 1 defective");
        assertThatThrownBy(() -> new Aupimo.Settings(300, 0, 1e-4, 31)).hasMessageContaining("0 < lower");
        assertThat(PixelMetrics.of(ramp(20, 2000)).aupimo().undefined()).isEqualTo(Undefined.TOO_FEW_GOOD_SCORES);
    }

    /** A good map with few high scores, and one that is 0 but for its defect. */
    private static ScoredMaps ramp(int side, float defect) {
        float[] good = new float[side * side];
        IntStream.range(0, good.length).forEach(i -> good[i] = (float) Math.pow((double) i / good.length, 4));
        float[] bad = new float[good.length];
        boolean[] marked = new boolean[good.length];
        for (int i = 0; i < 50; i++) {
            bad[i] = defect;
            marked[i] = true;
        }
        return ScoredMaps.of(
                List.of(new ScoreMap(side, side, good), new ScoreMap(side, side, bad)),
                List.of(new Mask(side, side, new boolean[good.length]), new Mask(side, side, marked)));
    }
}
