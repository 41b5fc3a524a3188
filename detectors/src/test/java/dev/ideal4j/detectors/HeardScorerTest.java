package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A listener hears of what was scored, and of what failed. */
class HeardScorerTest {
    private static final int SIDE = 112;

    private final List<Anomaly> heard = new ArrayList<>();
    private final List<Duration> times = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    private final Scorer.Listener listener = new Scorer.Listener() {
        @Override
        public void scored(List<Anomaly> anomalies, Duration time) {
            heard.addAll(anomalies);
            times.add(time);
        }

        @Override
        public void failed(RuntimeException cause) {
            failures.add(cause);
        }
    };

    private static RgbImage grey(int level) {
        byte[] samples = new byte[3 * SIDE * SIDE];
        Arrays.fill(samples, (byte) level);
        return new RgbImage(SIDE, SIDE, samples);
    }

    @Test
    void theListenerHearsOfScoresAndFailures() {
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector ideal = IdealDetector.knownDefects(extractor)) {
            FittedDetector fitted =
                    ideal.fit(References.builder().normal(grey(90), grey(100)).build());
            float expected = fitted.score(grey(120)).score();
            Scorer scorer = fitted.heardBy(listener);

            Anomaly one = scorer.score(grey(120));
            List<Anomaly> two = scorer.score(List.of(grey(130), grey(140)));
            scorer.score(List.of());

            assertThat(one.score()).isEqualTo(expected);
            assertThat(one.verdict()).isEqualTo(fitted.score(grey(120)).verdict());
            assertThat(heard).containsExactly(one, two.get(0), two.get(1));
            assertThat(times).hasSize(2).allMatch(time -> time.toNanos() > 0);
            assertThat(scorer.config()).isEqualTo(fitted.config());

            scorer.close();
            assertThatThrownBy(() -> scorer.score(grey(90))).isInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> fitted.score(grey(90))).isInstanceOf(ClosedException.class);
            assertThat(failures).hasSize(1).first().isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void theListenerHearsOfAnImageThatIsReadByRows() {
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector tiled = new TiledDetector(IdealDetector.knownDefects(extractor), Tiling.of(SIDE));
                FittedDetector fitted = tiled.fit(
                        References.builder().normal(grey(90), grey(100)).build())) {
            Scorer scorer = fitted.heardBy(listener);
            assertThat(scorer.readsRows()).isTrue();
            Anomaly anomaly = scorer.score(grey(120).rows(), null, Scorer.Parts.UNHEARD);
            assertThat(heard).containsExactly(anomaly);
            assertThat(anomaly).isEqualTo(fitted.score(grey(120)));
        }
    }
}
