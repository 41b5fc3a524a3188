package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metrics without images, with good or defective images alone, and of constant maps; and thresholds. */
class DegenerateMetricsTest {
    private static ScoredMaps map(int side, int marked, boolean constant) {
        float[] values = new float[side * side];
        boolean[] pixels = new boolean[side * side];
        for (int p = 0; p < values.length; p++) {
            values[p] = constant ? 0.25f : p;
            pixels[p] = p < marked;
        }
        return ScoredMaps.of(List.of(new ScoreMap(side, side, values)), List.of(new Mask(side, side, pixels)));
    }

    @Test
    void productWithoutImagesHasNoValues() {
        ScoredMaps none = ScoredMaps.of(List.of(), List.of());
        PixelMetrics pixel = PixelMetrics.of(none);
        ImageMetrics image = ImageMetrics.of(new float[0], new boolean[0]);
        double[] values = {
            image.auroc(),
            image.averagePrecision(),
            image.f1Max(),
            pixel.auroc(),
            pixel.averagePrecision(),
            pixel.f1Max(),
            pixel.pro30(),
            pixel.pro05(),
            pixel.published().auroc(),
            pixel.published().f1Max(),
            pixel.published().pro().stable()
        };
        assertThat(values).containsOnly(Double.NaN);
    }

    @Test
    void constantMap() {
        PixelMetrics pixel = PixelMetrics.of(map(4, 4, true));
        assertThat(pixel.auroc()).isEqualTo(0.5);
        assertThat(pixel.averagePrecision()).isEqualTo(0.25);
        assertThat(pixel.f1Max()).isCloseTo(0.4, within(1e-12));
        assertThat(pixel.pro30()).isCloseTo(0.15, within(1e-12));
        assertThat(pixel.pro05()).isCloseTo(0.025, within(1e-12));
        assertThat(pixel.published().pro()).isEqualTo(new PublishedPro(0, 0));
    }

    @Test
    void normalImagesOnlyLeaveLocalisationUndefined() {
        PixelMetrics pixel = PixelMetrics.of(map(4, 0, false));
        assertUndefined(pixel, Undefined.NO_DEFECTIVE_PIXEL);
        assertThat(PublishedPro.of(map(4, 0, false), PublishedPro.THRESHOLDS)).isEqualTo(new PublishedPro(0, 0));
    }

    @Test
    void everyPixelAnomalousLeavesLocalisationUndefined() {
        PixelMetrics pixel = PixelMetrics.of(map(4, 16, false));
        assertUndefined(pixel, Undefined.NO_GOOD_PIXEL);
        assertThat(PublishedPro.of(map(4, 16, false), PublishedPro.THRESHOLDS)).isEqualTo(new PublishedPro(0, 0));
    }

    private static void assertUndefined(PixelMetrics pixel, Undefined reason) {
        assertThat(new double[] {
                    pixel.auroc(),
                    pixel.averagePrecision(),
                    pixel.f1Max(),
                    pixel.pro30(),
                    pixel.pro05(),
                    pixel.published().auroc(),
                    pixel.published().f1Max(),
                    pixel.published().pro().stable(),
                    pixel.published().pro().numpy()
                })
                .containsOnly(Double.NaN);
        assertThat(pixel.undefined()).isEqualTo(reason);
    }

    @Test
    void oneKindOfImagesLeavesDetectionUndefined() {
        float[] scores = {0.5f, 0.25f};
        assertThat(ImageMetrics.of(scores, new boolean[2]))
                .isEqualTo(new ImageMetrics(Double.NaN, Double.NaN, Double.NaN, Undefined.NO_DEFECTIVE_IMAGE));
        assertThat(ImageMetrics.of(scores, new boolean[] {true, true}))
                .isEqualTo(new ImageMetrics(Double.NaN, Double.NaN, Double.NaN, Undefined.NO_GOOD_IMAGE));
        assertThat(ImageMetrics.of(new float[0], new boolean[0]).undefined()).isEqualTo(Undefined.NO_IMAGE);
    }

    @Test
    void defectsLostInThePublishedSmallerMapsLeaveItsProUndefined() {
        float[] scores = new float[600 * 600];
        boolean[] marked = new boolean[scores.length];
        // Column 300 is not among the 256 that remain of 600.
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i % 600 == 300 ? 1 : i % 7 / 10f;
            marked[i] = i % 600 == 300;
        }
        PixelMetrics pixel = PixelMetrics.of(
                ScoredMaps.of(List.of(new ScoreMap(600, 600, scores)), List.of(new Mask(600, 600, marked))));
        assertThat(pixel.undefined()).isNull();
        assertThat(pixel.pro30()).isEqualTo(1);
        assertThat(pixel.published().pro().numpy()).isNaN();
    }

    @Test
    void scoresOfAnySignAndSizeAreRankedAlike() {
        boolean[] anomalous = {true, false, true, false, true};
        ImageMetrics usual = ImageMetrics.of(new float[] {0.5f, 0.25f, 0.75f, 0.625f, 0.125f}, anomalous);
        assertThat(ImageMetrics.of(new float[] {50, 25, 75, 62.5f, 12.5f}, anomalous))
                .isEqualTo(usual);
        assertThat(ImageMetrics.of(new float[] {-5, -7.5f, -2.5f, -3.75f, -8.75f}, anomalous))
                .isEqualTo(usual);
    }

    @Test
    void proIsCutAtItsLimitByInterpolation() {
        float[] scores = {4, 3, 2, 1};
        boolean[] marked = {true, false, true, false};
        ScoredMaps maps = ScoredMaps.of(List.of(new ScoreMap(4, 1, scores)), List.of(new Mask(4, 1, marked)));
        // (0, ½), (½, ½), (½, 1), (1, 1)
        assertThat(ExactPro.of(new PixelRanking(maps), 0.3)).isCloseTo(0.5, within(1e-12));
        assertThat(ExactPro.of(new PixelRanking(maps), 1)).isCloseTo(0.75, within(1e-12));
        assertThatThrownBy(() -> ExactPro.of(new PixelRanking(maps), 0)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void publishedProNeedsTwoThresholds() {
        assertThatThrownBy(() -> PublishedPro.of(map(4, 4, false), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2 or more");
    }

    @Test
    void numpySortsValuesWithManyTies() {
        double[] values = new double[200];
        Arrays.setAll(values, i -> i * 37 % 11);
        int[] order = NumpyArgsort.of(values);
        for (int i = 1; i < order.length; i++) {
            assertThat(values[order[i]]).isGreaterThanOrEqualTo(values[order[i - 1]]);
        }
        assertThat(Arrays.stream(order).distinct().count()).isEqualTo(values.length);
    }

    @Test
    void thresholds() {
        float[] scores = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f};
        SampleRanking images = new SampleRanking(scores, new boolean[] {false, false, true, false, true});
        assertThat(Thresholds.f1Optimal(images)).isEqualTo(0.3f);
        assertThat(Thresholds.atFalsePositiveRate(images, 0)).isEqualTo(0.5f);
        assertThat(Thresholds.atFalsePositiveRate(images, 0.34)).isEqualTo(0.3f);
        assertThat(Thresholds.atFalsePositiveRate(images, 1)).isEqualTo(0.1f);
        assertThat(Thresholds.normalQuantile(new float[] {1, 2, 3}, 0.75)).isEqualTo(2.5f);

        SampleRanking topIsNormal = new SampleRanking(scores, new boolean[] {true, false, true, false, false});
        assertThat(Thresholds.atFalsePositiveRate(topIsNormal, 0)).isEqualTo(Math.nextUp(0.5f));
        SampleRanking normalOnly = new SampleRanking(scores, new boolean[5]);
        assertThatThrownBy(() -> Thresholds.f1Optimal(normalOnly))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("normal samples only");
    }
}
