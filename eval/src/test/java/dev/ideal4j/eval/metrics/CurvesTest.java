package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CurvesTest {
    @Test
    void thinnedCurvesKeepTheirArea() {
        float[] scores = new float[20_000];
        boolean[] labels = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            labels[i] = i * 7919L % 10 < 3;
            scores[i] = (float) Math.sin(i * 0.7) + (labels[i] ? 0.8f : 0);
        }
        SampleRanking ranking = new SampleRanking(scores, labels);
        Curves curves = Curves.of(ranking);
        assertThat(area(curves.roc())).isCloseTo(Auroc.of(ranking), within(1e-3));
        assertThat(area(curves.precisionRecall())).isCloseTo(AveragePrecision.of(ranking), within(1e-2));
        assertThat(curves.roc().x().length).isLessThan(1100);
        assertThat(curves.roc().x()[curves.roc().x().length - 1]).isEqualTo(1);
        assertThat(curves.pro().x()[curves.pro().x().length - 1]).isEqualTo(0.3f);
    }

    @Test
    void oneKindOfSamplesHasNoCurves() {
        Curves curves = Curves.of(new SampleRanking(new float[] {1, 2}, new boolean[2]));
        assertThat(curves.roc().x()).isEmpty();
        assertThat(curves.precisionRecall().x()).isEmpty();
        assertThat(curves.pro().x()).isEmpty();
    }

    private static double area(Curve curve) {
        double area = 0;
        for (int i = 1; i < curve.x().length; i++) {
            area += (curve.x()[i] - curve.x()[i - 1]) * (curve.y()[i] + curve.y()[i - 1]) / 2;
        }
        return area;
    }
}
