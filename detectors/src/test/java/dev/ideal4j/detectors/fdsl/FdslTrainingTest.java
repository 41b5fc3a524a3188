package dev.ideal4j.detectors.fdsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.detectors.ideal.MadeUpParts;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.detectors.training.TrainingImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdslTrainingTest {
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

    private static FdslTrainingConfig config(int epochs) {
        FdslConfig detector = FdslConfig.PUBLISHED.with(FdslConfig.Windows.NONE);
        return new FdslTrainingConfig(detector, epochs, 8, 4, 1e-3, 0, 5);
    }

    private Trainer trainer(FdslTrainingConfig config, Path out) {
        return new Trainer(config.learner(new FeatureCache(folder.resolve("cache"), parts.extractor)), out);
    }

    private record Image(String key, RgbImage image, Mask mask) implements TrainingImage {}

    private Episode.Source episodes() {
        Random random = new Random(3);
        Map<String, Image> images = new HashMap<>();
        return () -> {
            int query = random.nextInt(20);
            return new Episode(
                    List.of(good(images, random.nextInt(5)), good(images, random.nextInt(5))),
                    List.of(),
                    query < 6 ? good(images, 10 + query) : bad(images, query));
        };
    }

    private Image good(Map<String, Image> images, int index) {
        return images.computeIfAbsent("good" + index, key -> new Image(key, parts.image(key), null));
    }

    private Image bad(Map<String, Image> images, int index) {
        return images.computeIfAbsent("bad" + index, key -> {
            int[] defects = {index, index + 1, index + 6, index + 7};
            boolean[] set = new boolean[MadeUpParts.PATCHES * 16];
            for (int patch : defects) {
                for (int i = 0; i < 16; i++) {
                    int row = patch / MadeUpParts.COLUMNS * 4 + i / 4;
                    set[row * MadeUpParts.COLUMNS * 4 + patch % MadeUpParts.COLUMNS * 4 + i % 4] = true;
                }
            }
            Mask mask = new Mask(MadeUpParts.COLUMNS * 4, MadeUpParts.ROWS * 4, set);
            return new Image(key, parts.image(key, defects), mask);
        });
    }

    /** Stops a run after some iterations, as if the process had died. */
    private record Stop(int after, int[] seen) implements TrainingListener {
        @Override
        public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
            assertThat(losses).containsOnlyKeys("total", "focal", "dice");
            if (seen[0]++ == after) {
                throw new IllegalStateException("stopped");
            }
        }

        @Override
        public void epoch(int epoch, int epochs, double rate, double mean, Validation.Scores scores, boolean best) {}
    }

    private static Stop never() {
        return new Stop(-1, new int[1]);
    }

    /** Batch normalisation's running statistics are part of what is resumed, though no optimiser touches them. */
    @Test
    void aResumedRunEndsInTheSameBits() throws IOException {
        trainer(config(3), folder.resolve("whole")).train(episodes(), null, never(), false);
        Path cut = folder.resolve("cut");
        assertThatThrownBy(() -> trainer(config(3), cut).train(episodes(), null, new Stop(5, new int[1]), false))
                .hasMessage("stopped");
        assertThat(Trainer.finishedEpochs(cut)).isEqualTo(2);
        trainer(config(3), cut).train(episodes(), null, never(), true);
        for (String file : new String[] {"best.pth", "last.safetensors", "state.safetensors"}) {
            assertThat(Files.readAllBytes(cut.resolve(file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(folder.resolve("whole").resolve(file)));
        }
        try (WeightFile weights = Checkpoints.open(cut.resolve("best.pth"))) {
            assertThat(weights.names())
                    .contains("clsList.0.fbatchNorm.running_var", "clsList.0.proj.9.bias", "convRes.conv2.weight");
            assertThat(weights.read("clsList.0.proj.1.running_mean")).isNotEqualTo(new float[512]);
        }
    }

    @Test
    void trainingFindsDefects() {
        Path best = trainer(config(60), folder.resolve("run")).train(episodes(), null, never(), false);
        FdslConfig config = FdslDetector.published(parts.extractor);
        References references = References.builder()
                .normal(parts.image("reference 1"), parts.image("reference 2"))
                .build();
        try (FdslDetector detector = FdslDetector.load(best, parts.extractor, config);
                Scorer fitted = detector.scorer(references)) {
            float good = fitted.score(parts.image("unseen good")).score();
            float bad = fitted.score(parts.image("unseen bad", 9, 10, 15, 16)).score();
            assertThat(bad).isGreaterThan(good + 0.1f);
        }
    }

    @Test
    void otherSettingsAreNotResumed() {
        Path out = folder.resolve("run");
        trainer(config(1), out).train(episodes(), null, never(), false);
        assertThatThrownBy(() -> trainer(config(2), out).train(episodes(), null, never(), true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("epochs");
        Episode without = new Episode(List.of(), List.of(), good(new HashMap<>(), 1));
        assertThatThrownBy(() -> trainer(config(1), folder.resolve("none")).train(() -> without, null, never(), false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no normal reference");
    }

    @Test
    void mosaicsAreDrawnFromTheEpisode() {
        byte[] grey = new byte[3 * 4 * 6];
        java.util.Arrays.fill(grey, (byte) 90);
        boolean[] marked = new boolean[24];
        marked[5] = true;
        Image good = new Image("good", new RgbImage(4, 6, new byte[72]), null);
        Image bad = new Image("bad", new RgbImage(4, 6, grey), new Mask(4, 6, marked));
        Mosaic mosaic = Mosaic.of(new Episode(List.of(good), List.of(), bad), new java.util.SplittableRandom(2));
        assertThat(mosaic.image().width()).isEqualTo(8);
        assertThat(mosaic.image().height()).isEqualTo(12);
        for (int tile = 0; tile < 4; tile++) {
            int corner = tile / 2 * 6 * 8 + tile % 2 * 4;
            boolean abnormal = mosaic.image().samples()[3 * corner] == 90;
            assertThat(mosaic.mask().pixels()[corner + 8 + 1]).isEqualTo(abnormal);
        }
        assertThat(mosaic.mask().isEmpty()).isFalse();
    }
}
