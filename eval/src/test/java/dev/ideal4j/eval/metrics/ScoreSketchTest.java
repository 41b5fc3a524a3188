package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.metrics.ScoreSketch.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreSketchTest {
    private static final int SIDE = 48;
    private static final double ROUNDING = 1e-12;

    /** Maps. Each third image has a defect of two regions. Scores differ by at most {@code spread}. */
    private static ScoredMaps maps(int count, float spread) {
        SplittableRandom random = new SplittableRandom(11);
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> truths = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] values = new float[SIDE * SIDE];
            boolean[] marked = new boolean[values.length];
            for (int i = 0; i < values.length; i++) {
                int x = i % SIDE;
                int y = i / SIDE;
                marked[i] = n % 3 == 0 && (x < 6 && y < 9 || x > 30 && y > 20 && y < 23 + n);
                values[i] = 0.5f + spread * (float) (random.nextDouble() + (marked[i] ? 0.3 : 0));
            }
            maps.add(new ScoreMap(SIDE, SIDE, values));
            truths.add(new Mask(SIDE, SIDE, marked));
        }
        return ScoredMaps.of(maps, truths);
    }

    private static ScoreSketch sketch(ScoredMaps maps) {
        ScoreSketch sketch = new ScoreSketch();
        maps.forEach(sketch::add);
        return sketch;
    }

    /** In one bin of scores all are equal to the sketch. Its error must say so. */
    @ParameterizedTest
    @ValueSource(floats = {0.4f, 1e-3f, 1e-4f, 3e-5f})
    void theErrorIsABoundHoweverCloseTheScoresAre(float spread) {
        ScoredMaps maps = maps(7, spread);
        ScoreSketch sketch = sketch(maps);
        PixelMetrics exact = PixelMetrics.of(maps);
        assertWithin(sketch.auroc(), exact.auroc());
        assertWithin(sketch.averagePrecision(), exact.averagePrecision());
        assertWithin(sketch.pro(0.3), exact.pro30());
        assertWithin(sketch.pro(0.05), exact.pro05());
    }

    @Test
    void ordinaryScoresHaveASmallError() {
        ScoreSketch sketch = sketch(maps(9, 0.4f));
        assertThat(sketch.auroc().error()).isPositive().isLessThan(3e-4);
        assertThat(sketch.averagePrecision().error()).isPositive().isLessThan(1e-2);
        assertThat(sketch.pro(0.3).error()).isPositive().isLessThan(3e-4);
    }

    @Test
    void mergedSketchesOfPartsAreThatOfAll() {
        ScoredMaps maps = maps(6, 0.4f);
        ScoreSketch merged = new ScoreSketch();
        for (int i = 0; i < maps.size(); i++) {
            ScoreSketch part = new ScoreSketch();
            part.add(maps.map(i), maps.truth(i));
            merged.merge(part);
        }
        ScoreSketch all = sketch(maps);
        assertThat(merged.auroc()).isEqualTo(all.auroc());
        assertThat(merged.averagePrecision()).isEqualTo(all.averagePrecision());
        assertThat(merged.pro(0.3).value()).isCloseTo(all.pro(0.3).value(), within(ROUNDING));
    }

    @Test
    void imageScoresOfBothSignsAreRanked() {
        SplittableRandom random = new SplittableRandom(5);
        float[] scores = new float[2000];
        boolean[] anomalous = new boolean[scores.length];
        ScoreSketch sketch = new ScoreSketch();
        for (int i = 0; i < scores.length; i++) {
            anomalous[i] = i % 4 == 0;
            scores[i] = (float) (random.nextDouble() * 2 - 1 + (anomalous[i] ? 0.5 : 0)) * (i % 7 == 0 ? 1e-20f : 1);
            sketch.add(scores[i], anomalous[i]);
        }
        ImageMetrics exact = ImageMetrics.of(scores, anomalous);
        assertWithin(sketch.auroc(), exact.auroc());
        assertWithin(sketch.averagePrecision(), exact.averagePrecision());
        assertThat(sketch.auroc().error()).isLessThan(1e-3);
    }

    @Test
    void withoutBothKindsThereIsNoMetric() {
        ScoreSketch good = new ScoreSketch();
        good.add(0.5f, false);
        assertThat(good.auroc().value()).isNaN();
        assertThat(good.averagePrecision().value()).isNaN();
        assertThat(good.pro(0.3).value()).isNaN();
    }

    @Test
    void aMapWithNanLeavesTheSketchAsItWas() {
        ScoreSketch sketch = sketch(maps(3, 0.4f));
        Estimate before = sketch.auroc();
        float[] values = new float[4];
        values[3] = Float.NaN;
        ScoreMap broken = new ScoreMap(2, 2, values);
        assertThatThrownBy(() -> sketch.add(broken, new Mask(2, 2, new boolean[4])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN");
        assertThat(sketch.auroc()).isEqualTo(before);
    }

    @Test
    void mergedCountsOfAupimoGiveTheScoresOfAllMaps() {
        ScoredMaps maps = maps(12, 0.4f);
        Aupimo.Settings settings = new Aupimo.Settings(5000, 1e-3, 1e-1, 2);
        Aupimo.Range good = new Aupimo.Range();
        for (int i = 0; i < maps.size(); i++) {
            Aupimo.Range part = new Aupimo.Range();
            part.extend(maps.map(i), maps.truth(i));
            good.merge(part);
        }
        Aupimo.Counts counts = new Aupimo.Counts(good, settings);
        for (int i = 0; i < maps.size(); i++) {
            Aupimo.Counts part = new Aupimo.Counts(good, settings);
            part.add(maps.map(i), maps.truth(i));
            counts.merge(part);
        }
        Aupimo.Rates rates = new Aupimo.Rates(counts, settings);
        List<Double> scores = new ArrayList<>();
        maps.forEach((map, truth) -> {
            if (!truth.isEmpty()) {
                scores.add(rates.score(map, truth));
            }
        });
        assertThat(scores).hasSize(4).isEqualTo(Aupimo.of(maps, settings).scores());
    }

    private static void assertWithin(Estimate estimate, double exact) {
        assertThat(estimate.value()).isCloseTo(exact, within(estimate.error() + ROUNDING));
    }
}
