package dev.ideal4j.detectors.nagl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.detectors.ideal.MadeUpEpisodes;
import dev.ideal4j.detectors.ideal.MadeUpParts;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaglTrainingTest {
    private static final int PROXIES = 6;

    @TempDir
    private Path folder;

    private Backend backend;
    private MadeUpParts parts;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        parts = new MadeUpParts(backend);
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private static NaglTrainingConfig config(int epochs) {
        return new NaglTrainingConfig(
                NaglConfig.PUBLISHED, PROXIES, epochs, 10, 4, 3e-3, 0.01, 5, MaskLayout.PUBLISHED, 5);
    }

    private Trainer trainer(NaglTrainingConfig config, Path out) {
        return new Trainer(config.learner(new FeatureCache(folder.resolve("cache"), parts.extractor)), out);
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Mean losses and best epochs; stops the run at an iteration, counted over all epochs. */
    private static final class Recorder implements TrainingListener {
        final List<Double> means = new ArrayList<>();
        final List<Boolean> best = new ArrayList<>();
        private final int stopAt;

        Recorder(int stopAt) {
            this.stopAt = stopAt;
        }

        @Override
        public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
            assertThat(losses).containsOnlyKeys("total", "image", "focal", "dice");
            if (epoch * iterations + iteration == stopAt) {
                throw new Stopped();
            }
        }

        @Override
        public void epoch(int epoch, int epochs, double rate, double mean, Validation.Scores scores, boolean isBest) {
            means.add(mean);
            best.add(isBest);
        }
    }

    @Test
    void aRunThatWasStoppedEndsInTheSameBits() {
        Path straight = trainer(config(3), folder.resolve("whole"))
                .train(MadeUpEpisodes.of(parts), null, TrainingListener.NONE, false);
        for (int stop : new int[] {1, 4, 8}) {
            Path out = folder.resolve("stopped" + stop);
            assertThatThrownBy(() ->
                            trainer(config(3), out).train(MadeUpEpisodes.of(parts), null, new Recorder(stop), false))
                    .isInstanceOf(Stopped.class);
            Path resumed = trainer(config(3), out).train(MadeUpEpisodes.of(parts), null, TrainingListener.NONE, true);
            assertThat(resumed).hasSameBinaryContentAs(straight);
            assertThat(out.resolve("state.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("whole/state.safetensors"));
        }
    }

    @Test
    void trainingLowersTheLossAndTheBestIsNotOneOfTheFirstEpochs() {
        Recorder recorder = new Recorder(-1);
        trainer(config(12), folder.resolve("out"))
                .train(MadeUpEpisodes.of(parts), detector -> new Validation.Scores(1, 1), recorder, false);
        assertThat(recorder.means.get(11)).isLessThan(recorder.means.get(0) - 0.02);
        assertThat(recorder.best)
                .containsExactly(false, false, false, false, false, true, true, true, true, true, true, true);
    }

    @Test
    void checkpointsHaveThePublishedNamesAndLoad() {
        Path best = trainer(config(1), folder.resolve("out"))
                .train(MadeUpEpisodes.of(parts), null, TrainingListener.NONE, false);
        for (Path file : List.of(best, folder.resolve("out/best.safetensors"))) {
            try (WeightFile weights = Checkpoints.open(file)) {
                Map<String, ?> published = NaglHead.shapes(PROXIES, MadeUpParts.WIDTH);
                assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(published.keySet());
                published.forEach(
                        (name, shape) -> assertThat(weights.shape(name)).isEqualTo(shape));
            }
        }
        try (NaglDetector detector = NaglDetector.load(best, parts.extractor)) {
            assertThat(detector.config()).containsEntry("proxies", PROXIES);
        }
    }

    @Test
    void aGridTooSmallForTheImageLossIsRefused() {
        NaglTrainingConfig known = NaglTrainingConfig.PUBLISHED;
        NaglTrainingConfig config = new NaglTrainingConfig(
                known.detector(),
                known.proxies(),
                known.epochs(),
                known.episodes(),
                known.batch(),
                known.learningRate(),
                known.weightDecay(),
                31,
                known.maskLayout(),
                known.seed());
        assertThatThrownBy(() -> trainer(config, folder.resolve("out")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("30 patches", "31 or more");
    }

    @Test
    void theRateFallsAfterTheTenthAndTheFifteenthEpoch() {
        NaglTrainingConfig config = config(20);
        assertThat(config.iterations()).isEqualTo(3);
        assertThat(config.rates().at(29)).isEqualTo(3e-3);
        assertThat(config.rates().at(30)).isEqualTo(3e-3 * 0.1);
        assertThat(config.rates().at(44)).isEqualTo(3e-3 * 0.1);
        assertThat(config.rates().at(45)).isCloseTo(3e-5, org.assertj.core.api.Assertions.within(1e-18));
    }
}
