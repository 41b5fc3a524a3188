package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.AtOnce;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever sends images through a network sends as many at once as the backend takes, which is more on a GPU. */
class ImagesAtOnceTest {
    private static final int AT_ONCE = 12;
    private static final int COUNT = 29;
    private static final List<Integer> EXPECTED = List.of(12, 12, 5);

    private Backend cpu;
    private GivenFeatures given;
    private List<RgbImage> images;

    @BeforeEach
    void open() {
        cpu = Backends.open("cpu");
        given = new GivenFeatures(AtOnce.of(cpu, AT_ONCE), 2, 2, 14, 1, "given");
        images = IntStream.range(0, COUNT)
                .mapToObj(i -> given.image(SeededValues.uniform("features" + i, 4, 1, 0)))
                .toList();
    }

    @AfterEach
    void close() {
        cpu.close();
    }

    @Test
    void scoringByFeatures() {
        List<Integer> sizes = new ArrayList<>();
        new PatchScoring(given, 1, 2).byFeatures(images, (features, scope) -> {
            int count = features.shape().axis(0);
            sizes.add(count);
            return features.reshape(count, 4);
        });
        assertThat(sizes).isEqualTo(EXPECTED);
    }

    @Test
    void scoringOfEachImage() {
        ScoreMap map = new ScoreMap(1, 1, new float[1]);
        PatchScoring.each(
                given, images, Collections.nCopies(COUNT, null), (features, ignored) -> new Anomaly(0, map, map));
        assertThat(given.batches()).isEqualTo(EXPECTED);
    }

    @Test
    void fittingToReferences() {
        NormalOnlyDetector.features(
                given,
                images.stream().map(image -> new Reference("image", Role.NORMAL, image, null, null)),
                (features, ignored) -> {});
        assertThat(given.batches()).isEqualTo(EXPECTED);
    }

    /** While the network runs, the host prepares the images that come next. */
    @Test
    void scoringByPassesPreparesTheNextImagesMeanwhile() {
        BlockingQueue<Integer> prepared = new LinkedBlockingQueue<>();
        List<Integer> ahead = new ArrayList<>();
        PixelExtractor extractor = (PixelExtractor) Proxy.newProxyInstance(
                PixelExtractor.class.getClassLoader(),
                new Class<?>[] {PixelExtractor.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "backend" -> given.backend();
                    case "preparedSize" -> 4;
                    case "patches" -> 4;
                    case "gridRows", "gridColumns" -> 2;
                    case "inputHeight", "inputWidth" -> 28;
                    case "width" -> 1;
                    case "preparation" -> {
                        int count = ((List<?>) arguments[0]).size();
                        prepared.add(count);
                        yield (Consumer<Tensor>) values -> values.write(new float[4 * count]);
                    }
                    case "features" -> {
                        if (ahead.isEmpty()) {
                            ahead.add(prepared.poll(20, TimeUnit.SECONDS));
                        }
                        if (ahead.size() < EXPECTED.size()) {
                            ahead.add(prepared.poll(20, TimeUnit.SECONDS));
                        }
                        given.backend().copy((Tensor) arguments[0], (Tensor) arguments[1]);
                        yield null;
                    }
                    default -> throw new AssertionError(method);
                });
        System.setProperty(ScoringPasses.PROPERTY, "on");
        try (ScoringPasses passes = new ScoringPasses(
                new PatchScoring(extractor, 1, 2),
                (features, scope) -> features.reshape(features.shape().axis(0), 4))) {
            assertThat(passes.score(images)).hasSize(COUNT);
        } finally {
            System.clearProperty(ScoringPasses.PROPERTY);
        }
        assertThat(ahead).isEqualTo(EXPECTED);
        assertThat(prepared).isEmpty();
    }
}
