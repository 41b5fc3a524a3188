package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.detectors.training.TrainingDivergedException;
import dev.ideal4j.detectors.training.TrainingImage;
import dev.ideal4j.ide.EncoderWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdealTrainingTest {
    private static final int VECTORS = 6;
    private static final int EPOCHS = 3;

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

    private static IdealTrainingConfig config(int epochs) {
        return config(epochs, false);
    }

    private static IdealTrainingConfig config(int epochs, boolean pseudoMask) {
        IdealTrainingConfig published = IdealTrainingConfig.PUBLISHED;
        return new IdealTrainingConfig(
                IdealConfig.builder().heads(4).pseudoMask(pseudoMask).build(),
                VECTORS,
                epochs,
                10,
                4,
                1e-2,
                published.weightDecay(),
                published.schedule(),
                1,
                0,
                published.dropout(),
                published.weights(),
                published.maskLayout(),
                5);
    }

    private Trainer trainer(IdealTrainingConfig config, Path out) {
        return new Trainer(config.learner(new FeatureCache(folder.resolve("cache"), parts.extractor)), out);
    }

    private Episode.Source episodes() {
        return MadeUpEpisodes.of(parts);
    }

    /** Losses of each iteration; stops the run after some of them, as if the process had died. */
    private static final class Recorder implements TrainingListener {
        final List<Float> losses = new ArrayList<>();
        final List<Boolean> best = new ArrayList<>();
        final List<Double> means = new ArrayList<>();
        final int stopAfter;

        Recorder(int stopAfter) {
            this.stopAfter = stopAfter;
        }

        @Override
        public void iteration(
                int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {
            if (this.losses.size() == stopAfter) {
                throw new Stopped();
            }
            this.losses.add(losses.get("total"));
        }

        @Override
        public void epoch(
                int epoch, int epochs, double learningRate, double meanLoss, Validation.Scores scores, boolean isBest) {
            best.add(isBest);
            means.add(meanLoss);
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** With dropout, which must drop the same elements everywhere; and stopped once, which must not change a bit. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void everyBackendTrainsAsTheReferenceDoes(String name) {
        List<Float> expected = trainOn("reference", Integer.MAX_VALUE);
        List<Float> losses = trainOn(name, Integer.MAX_VALUE);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(losses.get(i)).as("iteration " + i).isCloseTo(expected.get(i), withinPercentage(0.01));
        }
        Path whole = folder.resolve(name + "-" + Integer.MAX_VALUE + "/last.safetensors");
        assertThatThrownBy(() -> trainOn(name, 4)).isInstanceOf(Stopped.class);
        trainOn(name, 4, true);
        assertThat(folder.resolve(name + "-4/last.safetensors")).hasSameBinaryContentAs(whole);
    }

    /** The references' own masks are of no influence then; without pseudo-masks they are. */
    @Test
    void pseudoMasksReplaceThoseOfTheReferences() {
        List<Float> pseudo = lossesWith(true, episodes(), "pseudo");
        assertThat(lossesWith(true, marked(9), "pseudo-marked")).isEqualTo(pseudo);
        assertThat(lossesWith(false, episodes(), "given")).isNotEqualTo(pseudo);
        assertThat(lossesWith(false, marked(9), "given-marked"))
                .isNotEqualTo(lossesWith(false, episodes(), "given-again"));
    }

    private List<Float> lossesWith(boolean pseudoMask, Episode.Source episodes, String out) {
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        trainer(config(1, pseudoMask), folder.resolve(out)).train(episodes, null, recorder, false);
        return recorder.losses;
    }

    /** The usual episodes, whose abnormal references are all marked at one patch. */
    private Episode.Source marked(int patch) {
        Episode.Source usual = episodes();
        return () -> {
            Episode episode = usual.next();
            List<TrainingImage> abnormal = episode.abnormal().stream()
                    .<TrainingImage>map(image -> new Remarked(image, MadeUpParts.mask(patch)))
                    .toList();
            return new Episode(episode.normal(), abnormal, episode.query());
        };
    }

    private record Remarked(TrainingImage original, Mask mask) implements TrainingImage {
        @Override
        public String key() {
            return original.key();
        }

        @Override
        public RgbImage image() {
            return original.image();
        }
    }

    private List<Float> trainOn(String name, int stopAfter) {
        return trainOn(name, stopAfter, false);
    }

    /** Losses of a short run on a backend. */
    private List<Float> trainOn(String name, int stopAfter, boolean resumed) {
        try (Backend device = Backends.open(name)) {
            MadeUpParts own = new MadeUpParts(device);
            Path out = folder.resolve(name + "-" + stopAfter);
            Trainer trainer = new Trainer(config(2).learner(new FeatureCache(out, own.extractor)), out);
            Recorder recorder = new Recorder(resumed ? Integer.MAX_VALUE : stopAfter);
            try {
                trainer.train(MadeUpEpisodes.of(own), null, recorder, resumed);
            } finally {
                assertThat(device.liveBytes()).as("live bytes of " + name).isZero();
            }
            return recorder.losses;
        }
    }

    @Test
    void aRunThatWasStoppedEndsInTheSameBits() {
        Recorder whole = new Recorder(Integer.MAX_VALUE);
        Path straight = trainer(config(EPOCHS), folder.resolve("whole")).train(episodes(), null, whole, false);
        assertThat(whole.losses).hasSize(3 * EPOCHS);
        for (int stop = 1; stop < 3 * EPOCHS; stop += 2) {
            Path out = folder.resolve("stopped" + stop);
            Trainer trainer = trainer(config(EPOCHS), out);
            Recorder stopped = new Recorder(stop);
            assertThatThrownBy(() -> trainer.train(episodes(), null, stopped, false))
                    .isInstanceOf(Stopped.class);
            Path resumed = trainer.train(episodes(), null, TrainingListener.NONE, true);
            assertThat(resumed).hasSameBinaryContentAs(straight);
            assertThat(out.resolve("state.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("whole/state.safetensors"));
        }
    }

    @Test
    void trainingLowersTheLoss() {
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        trainer(config(12), folder.resolve("out")).train(episodes(), null, recorder, false);
        assertThat(recorder.means.get(11)).isLessThan(recorder.means.get(0) - 0.05);
    }

    @Test
    void checkpointsHaveThePublishedNames() {
        Path best = trainer(config(1), folder.resolve("out")).train(episodes(), null, TrainingListener.NONE, false);
        for (Path file : List.of(best, folder.resolve("out/last.pth"), folder.resolve("out/best.safetensors"))) {
            try (WeightFile weights = Checkpoints.open(file)) {
                Map<String, ?> published = EncoderWeights.shapes(VECTORS, MadeUpParts.WIDTH);
                assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(published.keySet());
                published.forEach(
                        (name, shape) -> assertThat(weights.shape(name)).isEqualTo(shape));
            }
        }
        try (IdealDetector detector = IdealDetector.load(
                best, parts.extractor, IdealConfig.builder().heads(4).build())) {
            assertThat(detector.config()).containsEntry("vectors", VECTORS);
        }
    }

    @Test
    void everyImageGoesThroughTheBackboneOnce() {
        trainer(config(2), folder.resolve("out")).train(episodes(), null, TrainingListener.NONE, false);
        int once = parts.extractor.passes();
        assertThat(once).isLessThanOrEqualTo(15);
        trainer(config(2), folder.resolve("again")).train(episodes(), null, TrainingListener.NONE, false);
        assertThat(parts.extractor.passes()).isEqualTo(once);
    }

    @Test
    void theBestEpochIsTheOneWithTheLargestSumTheLaterAmongEquals() throws IOException {
        double[] sums = {0.6, 0.9, 0.9, Double.NaN, 0.7};
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        int[] epoch = {0};
        byte[][] last = new byte[sums.length][];
        Path out = folder.resolve("out");
        Validation validation = detector -> {
            try {
                last[epoch[0]] = Files.readAllBytes(out.resolve("last.safetensors"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return new Validation.Scores(sums[epoch[0]++], 0);
        };
        trainer(config(sums.length), out).train(episodes(), validation, recorder, false);
        assertThat(recorder.best).containsExactly(true, true, true, false, false);
        byte[] best = Files.readAllBytes(out.resolve("best.safetensors"));
        assertThat(Arrays.equals(best, last[2])).isTrue();
        assertThat(Arrays.equals(best, last[4])).isFalse();
    }

    @Test
    void otherSettingsAreNotResumed() {
        Path out = folder.resolve("out");
        trainer(config(1), out).train(episodes(), null, TrainingListener.NONE, false);
        assertThatThrownBy(() -> trainer(config(2), out).train(episodes(), null, TrainingListener.NONE, true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("epochs = 2")
                .hasMessageContaining("epochs = 1");
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndKeepsTheCheckpoint() throws IOException {
        Path out = folder.resolve("out");
        trainer(config(1), out).train(episodes(), null, TrainingListener.NONE, false);
        byte[] before = Files.readAllBytes(out.resolve("last.pth"));
        float[] broken = MadeUpParts.features("broken");
        broken[7] = Float.NaN;
        RgbImage image = parts.extractor.image(broken);
        TrainingImage good = new MadeUpEpisodes.Image(parts, "good");
        TrainingImage bad = new MadeUpEpisodes.Image(parts, "bad", 4);
        Episode.Source source = () -> new Episode(List.of(good), List.of(bad), new TrainingImage() {
            @Override
            public String key() {
                return "broken";
            }

            @Override
            public RgbImage image() {
                return image;
            }

            @Override
            public Mask mask() {
                return null;
            }
        });
        assertThatThrownBy(() -> trainer(config(1), out).train(source, null, TrainingListener.NONE, false))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("epoch 0, iteration 0")
                .hasMessageContaining("NaN");
        assertThat(Files.readAllBytes(out.resolve("last.pth"))).isEqualTo(before);
    }

    @Test
    void episodesWithoutAbnormalReferencesAreRefused() {
        TrainingImage good = new MadeUpEpisodes.Image(parts, "good");
        Episode.Source source = () -> new Episode(List.of(good), List.of(), good);
        Trainer trainer = trainer(config(1), folder.resolve("out"));
        assertThatThrownBy(() -> trainer.train(source, null, TrainingListener.NONE, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0 abnormal");
    }
}
