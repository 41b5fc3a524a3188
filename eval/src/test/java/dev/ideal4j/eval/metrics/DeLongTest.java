package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeLongTest {
    /** Four positives and three negatives. Components computed by hand: (1, 1, ⅔, ⅓) and (1, ¾, ½), sorted by sample. */
    private static final float[] SCORES = {0.9f, 0.8f, 0.5f, 0.3f, 0.2f, 0.4f, 0.6f};

    private static final boolean[] LABELS = {true, true, true, true, false, false, false};

    @Test
    void intervalAgreesWithAHandComputation() {
        double auroc = 0.75;
        assertThat(Auroc.of(new SampleRanking(SCORES, LABELS))).isCloseTo(auroc, within(1e-12));
        double ofPositives = ((0.25 * 0.25) * 2 + (1.0 / 12) * (1.0 / 12) + (5.0 / 12) * (5.0 / 12)) / 3;
        double ofNegatives = (0.25 * 0.25 + 0.25 * 0.25) / 2;
        double half = 1.959963984540054 * Math.sqrt(ofPositives / 4 + ofNegatives / 3);
        DeLong.Interval interval = DeLong.interval(SCORES, LABELS);
        assertThat(interval.low()).isCloseTo(auroc - half, within(1e-9));
        assertThat(interval.high()).isEqualTo(1);
    }

    @Test
    void intervalCoversTheTruthAboutAsOftenAsItSays() {
        // Normal scores are uniform on [0, 1], anomalous scores on [½, 1½]. The true AUROC is 1 − ⅛.
        SplittableRandom random = new SplittableRandom(3);
        int covered = 0;
        for (int trial = 0; trial < 400; trial++) {
            float[] scores = new float[90];
            boolean[] labels = new boolean[scores.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = i % 3 == 0;
                scores[i] = (float) (random.nextDouble() + (labels[i] ? 0.5 : 0));
            }
            DeLong.Interval interval = DeLong.interval(scores, labels);
            covered += interval.low() <= 0.875 && 0.875 <= interval.high() ? 1 : 0;
        }
        assertThat(covered / 400.0).isBetween(0.91, 0.98);
    }

    @Test
    void tooFewSamplesGiveNoInterval() {
        assertThat(DeLong.interval(new float[] {1, 2}, new boolean[] {true, false})
                        .low())
                .isNaN();
        assertThat(DeLong.interval(new float[0], new boolean[0]).low()).isNaN();
    }
}
