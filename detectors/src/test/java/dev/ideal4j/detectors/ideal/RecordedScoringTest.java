package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.ScoringPasses;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scoring by recorded passes against scoring without. */
class RecordedScoringTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final int SIDE = 56;

    @AfterEach
    void choiceOfTheBackend() {
        System.clearProperty(ScoringPasses.PROPERTY);
    }

    private static DinoV2 tiny(Backend backend) {
        VitConfig tiny = new VitConfig(32, 2, 2, 64, false, 0, 14, 5, VitConfig.Position.PLAIN);
        return new DinoV2(VitWeights.seeded(tiny, "recorded/"), DinoV2.Options.DEFAULT.withInput(SIDE, SIDE), backend);
    }

    private static RgbImage image(int seed) {
        float[] values = SeededValues.uniform("image" + seed, 3 * 60 * 50, 100, 128);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i];
        }
        return new RgbImage(60, 50, samples);
    }

    private static List<RgbImage> images(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(RecordedScoringTest::image)
                .toList();
    }

    /** A detector whose passes are recorded or not, whatever its backend gains by it. */
    private static Scorer fitted(IdealDetector ideal, boolean recorded) {
        boolean[] defect = new boolean[60 * 50];
        Arrays.fill(defect, 1000, 1400, true);
        System.setProperty(ScoringPasses.PROPERTY, recorded ? "on" : "off");
        return ideal.scorer(References.builder()
                .normal(image(100))
                .abnormal(image(101), new Mask(60, 50, defect))
                .build());
    }

    private static void sameBits(List<Anomaly> found, List<Anomaly> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).score()).isEqualTo(expected.get(i).score());
            assertThat(found.get(i).map().values())
                    .isEqualTo(expected.get(i).map().values());
            assertThat(found.get(i).patches().values())
                    .isEqualTo(expected.get(i).patches().values());
        }
    }

    /** Numbers of images that come again and again, more of them than recordings are held. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void hasTheBitsOfScoringWithout(String name) {
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 dino = tiny(backend);
                    IdealDetector ideal = IdealDetector.untrained(dino, 3);
                    Scorer direct = fitted(ideal, false);
                    Scorer recorded = fitted(ideal, true)) {
                int image = 0;
                for (int count : new int[] {1, 1, 1, 1, 3, 11, 3, 1, 11, 3, 2, 2, 2, 1, 3, 8, 0, 1}) {
                    List<RgbImage> queries = images(image, count);
                    sameBits(recorded.score(queries), direct.score(queries));
                    image += count;
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** More images than go through the network at once, recorded or not, against each image alone. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void anyNumberOfImagesAtATimeGivesTheSameBits(String name) {
        try (Backend backend = Backends.open(name);
                DinoV2 dino = tiny(backend);
                IdealDetector ideal = IdealDetector.untrained(dino, 3);
                Scorer direct = fitted(ideal, false);
                Scorer recorded = fitted(ideal, true)) {
            List<RgbImage> queries = images(0, 3 * backend.imagesAtOnce() + 2);
            List<Anomaly> alone = queries.stream()
                    .flatMap(query -> direct.score(List.of(query)).stream())
                    .toList();
            sameBits(direct.score(queries), alone);
            sameBits(recorded.score(queries), alone);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void theBuiltInBackboneIsRecordedToo(String name) {
        try (Backend backend = Backends.open(name)) {
            try (BuiltinBackbone backbone = new BuiltinBackbone(backend, 112);
                    IdealDetector ideal = IdealDetector.untrained(backbone, 3);
                    Scorer direct = fitted(ideal, false);
                    Scorer recorded = fitted(ideal, true)) {
                for (int count : new int[] {1, 1, 1, 2, 2, 2, 1}) {
                    List<RgbImage> queries = images(10 * count, count);
                    sameBits(recorded.score(queries), direct.score(queries));
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void threadsShareRecordings(String name) throws Exception {
        try (Backend backend = Backends.open(name)) {
            ExecutorService threads = Executors.newFixedThreadPool(6);
            try (DinoV2 dino = tiny(backend);
                    IdealDetector ideal = IdealDetector.untrained(dino, 3);
                    Scorer direct = fitted(ideal, false);
                    Scorer recorded = fitted(ideal, true)) {
                List<List<Anomaly>> expected = IntStream.range(0, 6)
                        .mapToObj(i -> direct.score(images(i, 1 + i % 3)))
                        .toList();
                List<Future<?>> running = new ArrayList<>();
                for (int task = 0; task < 60; task++) {
                    int own = task % 6;
                    running.add(threads.submit(
                            () -> sameBits(recorded.score(images(own, 1 + own % 3)), expected.get(own))));
                }
                for (Future<?> one : running) {
                    one.get();
                }
            } finally {
                threads.shutdown();
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void memoryStaysAndGoesWithTheDetector(String name) {
        try (Backend backend = Backends.open(name);
                DinoV2 dino = tiny(backend);
                IdealDetector ideal = IdealDetector.untrained(dino, 3)) {
            Scorer recorded = fitted(ideal, true);
            recorded.score(images(0, 1));
            long before = backend.liveBytes();
            recorded.score(images(1, 1));
            long held = backend.liveBytes();
            assertThat(held - before).isGreaterThanOrEqualTo(4L * dino.preparedSize());
            for (int i = 0; i < 100; i++) {
                recorded.score(images(i, 1));
            }
            assertThat(backend.liveBytes()).isEqualTo(held);
            for (int count = 2; count < 8; count++) {
                recorded.score(images(0, count));
                recorded.score(images(0, count));
            }
            // Recordings of at most two numbers of images are kept, here of 6 and 7.
            assertThat(backend.liveBytes() - before).isBetween(6 * (held - before), 16 * (held - before));
            recorded.close();
            recorded.close();
            assertThatThrownBy(() -> recorded.score(images(0, 7))).isInstanceOf(IllegalStateException.class);
            try (Scorer direct = fitted(ideal, false)) {
                long unrecorded = backend.liveBytes();
                direct.score(images(0, 1));
                direct.score(images(0, 1));
                assertThat(backend.liveBytes()).isEqualTo(unrecorded);
            }
        }
    }

    /** A network that looks at elements in its middle: it cannot be recorded, but still scores. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void whatCannotBeRecordedIsScoredWithout(String name) {
        AtomicInteger looks = new AtomicInteger();
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 dino = tiny(backend);
                    IdealDetector plain = IdealDetector.untrained(dino, 3);
                    IdealDetector curious = IdealDetector.untrained(looking(dino, looks), 3);
                    Scorer direct = fitted(plain, false);
                    Scorer recorded = fitted(curious, true)) {
                for (int i = 0; i < 4; i++) {
                    sameBits(recorded.score(images(i, 1)), direct.score(images(i, 1)));
                }
                assertThat(looks.get()).as("a pass, one refused, one instead").isEqualTo(3);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static PixelExtractor looking(DinoV2 dino, AtomicInteger looks) {
        return (PixelExtractor) Proxy.newProxyInstance(
                PixelExtractor.class.getClassLoader(),
                new Class<?>[] {PixelExtractor.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("features") && arguments[1] instanceof Tensor) {
                        looks.incrementAndGet();
                        assertThat(((Tensor) arguments[0]).toArray()).isNotEmpty();
                    }
                    try {
                        return method.invoke(dino, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void theChoiceIsOnOrOff() {
        try (Backend backend = Backends.open("cpu");
                DinoV2 dino = tiny(backend);
                IdealDetector ideal = IdealDetector.untrained(dino, 3)) {
            System.setProperty(ScoringPasses.PROPERTY, "sometimes");
            References references = References.builder().normal(image(1)).build();
            assertThatThrownBy(() -> ideal.scorer(references))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("sometimes");
        }
    }
}
