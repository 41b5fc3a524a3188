package dev.ideal4j.detectors.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevNetDetectorTest {
    private static final DevNetTrainingConfig SHORT =
            DevNetTrainingConfig.PUBLISHED.with(new DevNetConfig(32, 2, 0.1, 2)).withLength(2, 1, 2);

    @TempDir
    private Path folder;

    private Backend backend;
    private ResNet18Backbone start;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        start = ResNet18Backbone.untrained(7, 32, backend);
    }

    @AfterEach
    void close() {
        start.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private static RgbImage image(String seed) {
        float[] values = SeededValues.uniform(seed, 3 * 40 * 30, 127, 128);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i];
        }
        return new RgbImage(40, 30, samples);
    }

    private static References references() {
        boolean[] marked = new boolean[1200];
        marked[600] = true;
        return References.builder()
                .normal(image("good1"), image("good2"), image("good3"))
                .abnormal(image("bad1"), new Mask(40, 30, marked))
                .abnormal(image("bad2"), new Mask(40, 30, marked))
                .build();
    }

    private static void assertSame(Anomaly actual, Anomaly expected) {
        assertThat(actual.score()).isEqualTo(expected.score());
        assertThat(actual.map().values()).isEqualTo(expected.map().values());
        assertThat(actual.patches().values()).isEqualTo(expected.patches().values());
    }

    @Test
    void tellsOfEachStepAndEpochOfATrainingInFit() {
        List<String> heard = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                heard.add("step " + epoch + "." + iteration + "/" + iterations + " " + losses.keySet());
            }

            @Override
            public void epoch(int epoch, int epochs, double rate, double loss, Validation.Scores scores, boolean best) {
                heard.add("epoch " + epoch + "/" + epochs);
            }
        };
        try (DevNetDetector detector = DevNetDetector.trainedInFit(start, SHORT);
                FittedDetector fitted = detector.fit(references(), FitOptions.DEFAULT.withListener(listener))) {
            assertThat(fitted.config()).containsKey("weights");
        }
        assertThat(heard).containsExactly("step 0.0/1 [total]", "epoch 0/2", "step 1.0/1 [total]", "epoch 1/2");
    }

    @Test
    void fitsSavesAndLoadsTheSameBits() throws IOException {
        Path file = folder.resolve("fitted");
        try (DevNetDetector detector = DevNetDetector.trainedInFit(start, SHORT);
                FittedDetector fitted = detector.fit(references());
                FittedDetector again = detector.fit(references())) {
            Anomaly anomaly = fitted.score(image("query"));
            assertSame(again.score(image("query")), anomaly);
            assertThat(anomaly.score()).isPositive();
            assertThat(anomaly.map().width()).isEqualTo(32);
            assertThat(anomaly.map().max()).isLessThanOrEqualTo(1);
            assertThat(anomaly.patches().values()).hasSize(1);
            List<Anomaly> apart = List.of(image("query"), image("query")).parallelStream()
                    .map(fitted::score)
                    .toList();
            assertSame(apart.get(1), anomaly);
            fitted.save(file);
            // Any backbone will do: the network is in the file.
            try (ResNet18Backbone other = ResNet18Backbone.untrained(8, 32, backend);
                    FittedDetector loaded = FittedDetectors.load(file, other)) {
                assertThat(loaded.config()).isEqualTo(fitted.config());
                assertSame(loaded.score(image("query")), anomaly);
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> FittedDetectors.load(file, start)).isInstanceOf(FileFormatException.class);
    }

    /** The published names, and a run that was stopped goes on to the same bits. */
    @Tag("long")
    @Test
    void trainsAndResumes() throws IOException {
        Path whole = folder.resolve("whole");
        train(whole, false, -1);
        Path cut = folder.resolve("cut");
        assertThatThrownBy(() -> train(cut, false, 1)).hasMessage("stopped");
        train(cut, true, -1);
        assertThat(Files.mismatch(cut.resolve("state.safetensors"), whole.resolve("state.safetensors")))
                .isEqualTo(-1);
        try (DevNetDetector detector = DevNetDetector.load(whole.resolve("best.pth"), backend, SHORT.detector());
                FittedDetector fitted = detector.fit(references())) {
            assertThat(fitted.score(image("query")).score()).isPositive();
        }
    }

    private void train(Path out, boolean resume, int stopAfter) {
        int[] seen = new int[1];
        TrainingListener listener = new TrainingListener() {
            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                if (seen[0]++ == stopAfter) {
                    throw new IllegalStateException("stopped");
                }
            }

            @Override
            public void epoch(int epoch, int epochs, double rate, double mean, Validation.Scores scores, boolean best) {
                assertThat(best).isEqualTo(epoch == 1);
            }
        };
        new Trainer(SHORT.learner(new FeatureCache(folder.resolve("cache"), start)), out)
                .train(new BalancedImages(references(), 3), null, listener, resume);
    }

    @Test
    void walksThroughAllImagesBeforeItRepeatsOne() {
        BalancedImages images = new BalancedImages(references(), 3);
        List<String> normal = new ArrayList<>();
        for (int walk = 0; walk < 5; walk++) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                String key = images.next().normal().get(0).key();
                seen.add(key);
                normal.add(key);
            }
            assertThat(seen).hasSize(3);
        }
        assertThat(normal.subList(0, 12)).isNotEqualTo(normal.subList(3, 15));
    }

    @Test
    void turningByRightAnglesMovesPixels() {
        RgbImage image = new RgbImage(2, 2, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4});
        assertThat(DevNetPixels.turned(image, 0).samples()).isEqualTo(image.samples());
        assertThat(DevNetPixels.turned(image, 90).samples()).containsExactly(2, 2, 2, 4, 4, 4, 1, 1, 1, 3, 3, 3);
        assertThat(DevNetPixels.turned(image, 180).samples()).containsExactly(4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1, 1);
    }

    @Test
    void lossesFollowTheirFormulas() {
        DevNetLoss.Reference reference = new DevNetLoss.Reference(0.5, 2);
        float[] scores = {0.1f, 3, 7.5f, 14};
        float[] labels = {0, 0, 1, 1};
        double deviation = 0;
        double entropy = 0;
        double focal = 0;
        for (int i = 0; i < scores.length; i++) {
            double dev = (scores[i] - 0.5) / 2;
            deviation += (labels[i] == 0 ? Math.abs(dev) : Math.max(0, 5 - dev)) / 4;
            double own = 1 / (1 + Math.exp(labels[i] == 0 ? scores[i] : -scores[i]));
            entropy -= Math.log(own) / 4;
            focal -= (1 - own) * (1 - own) * Math.log(own) / 4;
        }
        double[] expected = {deviation, entropy, focal};
        try (Scope scope = backend.scope();
                dev.ideal4j.core.grad.Tape tape = dev.ideal4j.core.grad.Tape.inference(backend)) {
            for (DevNetLoss loss : DevNetLoss.values()) {
                float value = loss.of(tape.constant(scope.upload(scores, 4)), labels, reference)
                        .scalar();
                assertThat((double) value)
                        .as(loss.name())
                        .isCloseTo(expected[loss.ordinal()], org.assertj.core.api.Assertions.within(1e-5));
            }
        }
    }

    @Test
    void badInputIsNamed() {
        ArrayWeights partial = new ArrayWeights("partial");
        Weights all = start.weights();
        all.names().stream()
                .filter(name -> !name.equals("layer2.0.downsample.1.bias"))
                .forEach(name -> partial.put(name, all.shape(name), all.read(name)));
        Path file = folder.resolve("partial.safetensors");
        SafetensorsWriter.write(file, partial, Map.of());
        assertThatThrownBy(() -> ResNet18Backbone.load(file, 32, backend))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("partial.safetensors")
                .hasMessageContaining("layer2.0.downsample.1.bias");
        assertThatThrownBy(() -> DevNetDetector.load(file, backend, SHORT.detector()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("feature_extractor.net.conv1.weight");
        assertThatThrownBy(() -> ResNet18Backbone.untrained(1, 50, backend))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("multiple of 32");
        assertThatThrownBy(() -> new DevNetConfig(448, 0, 0.1, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("scales");
        try (DevNetDetector detector = DevNetDetector.trainedInFit(start, SHORT)) {
            References normal = References.builder().normal(image("good1")).build();
            assertThatThrownBy(() -> detector.fit(normal))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("1 normal and 0 abnormal");
        }
    }

    @Test
    void aResNetFileGivesTheSameFeatures() {
        Path file = folder.resolve("resnet18.safetensors");
        SafetensorsWriter.write(file, start.weights(), Map.of());
        try (ResNet18Backbone loaded = ResNet18Backbone.load(file, 32, backend);
                Scope scope = backend.scope()) {
            assertThat(loaded.fingerprint()).isEqualTo(start.fingerprint());
            assertThat(loaded.isTrained()).isTrue();
            float[] features =
                    loaded.features(List.of(image("a"), image("b")), scope).toArray();
            assertThat(features).hasSize(2 * 512);
            assertThat(features)
                    .isEqualTo(start.features(List.of(image("a"), image("b")), scope)
                            .toArray());
        }
    }
}
