package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AurocBootstrapTest {
    private static AurocBootstrap.Sample sample(int images, double shift, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] scores = new float[images];
        boolean[] anomalous = new boolean[images];
        for (int i = 0; i < images; i++) {
            anomalous[i] = i % 2 == 0;
            scores[i] = (float) (random.nextDouble() + (anomalous[i] ? shift : 0));
        }
        return new AurocBootstrap.Sample(scores, anomalous);
    }

    @Test
    void agreesWithDeLong() {
        AurocBootstrap.Sample sample = sample(200, 0.3, 9);
        Interval found = AurocBootstrap.of(sample);
        DeLong.Interval expected = DeLong.interval(sample.scores(), sample.anomalous());
        assertThat(found.low()).isCloseTo(expected.low(), within(0.02));
        assertThat(found.high()).isCloseTo(expected.high(), within(0.02));
    }

    @Test
    void aMeanOverProductsVariesLessThanEach() {
        List<AurocBootstrap.Sample> samples = List.of(sample(60, 0.2, 1), sample(60, 0.2, 2), sample(60, 0.2, 3));
        Interval mean = AurocBootstrap.ofMean(samples);
        Interval one = AurocBootstrap.of(samples.get(0));
        assertThat(mean.high() - mean.low()).isLessThan(0.75 * (one.high() - one.low()));
    }

    @Test
    void oneKindOfImagesHasNoIntervalAndDoesNotCount() {
        AurocBootstrap.Sample good = new AurocBootstrap.Sample(new float[] {1, 2}, new boolean[2]);
        assertThat(AurocBootstrap.of(good).exists()).isFalse();
        AurocBootstrap.Sample both = sample(40, 0.2, 1);
        assertThat(AurocBootstrap.ofMean(List.of(both, good))).isEqualTo(AurocBootstrap.of(both));
    }
}
