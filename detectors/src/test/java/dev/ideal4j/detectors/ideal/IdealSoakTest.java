package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One model, many threads: the same bits as alone, and memory stays as it was. */
class IdealSoakTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 12;
    private static final int SIDE = 70;

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void manyThreadsOneModel(String name) throws Exception {
        VitConfig tiny = new VitConfig(32, 2, 2, 64, false, 0, 14, 5, VitConfig.Position.PLAIN);
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 dino = new DinoV2(
                            VitWeights.seeded(tiny, "soak/"), DinoV2.Options.DEFAULT.withInput(SIDE, SIDE), backend);
                    IdealDetector ideal = IdealDetector.untrained(dino, 3);
                    Scorer fitted = ideal.scorer(references())) {
                List<RgbImage> queries = IntStream.range(0, THREADS)
                        .mapToObj(i -> image("query" + i, 60 + 7 * i, 90 - 5 * i))
                        .toList();
                List<Anomaly> alone = queries.stream().map(fitted::score).toList();
                long live = backend.liveBytes();
                ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                try {
                    List<Future<?>> running = new ArrayList<>();
                    for (int thread = 0; thread < THREADS; thread++) {
                        int own = thread;
                        running.add(threads.submit(() -> {
                            for (int round = 0; round < ROUNDS; round++) {
                                int query = (own + round) % THREADS;
                                assertSameBits(fitted.score(queries.get(query)), alone.get(query));
                            }
                        }));
                    }
                    for (Future<?> thread : running) {
                        thread.get();
                    }
                } finally {
                    threads.shutdownNow();
                }
                assertThat(backend.liveBytes()).as("device memory").isEqualTo(live);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** Thousands of scorings: the same bits as a fresh backend's, device memory and that of the process as they were. */
    @Tag("soak")
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void thousandsOfScoringsLeaveNoTrace(String name) throws Exception {
        List<RgbImage> queries =
                IntStream.range(0, 10).mapToObj(i -> image("query" + i, 80, 64)).toList();
        List<Anomaly> fresh = scored(name, queries, 1, 1);
        List<Anomaly> after = scored(name, queries, 4, 50);
        for (int i = 0; i < queries.size(); i++) {
            assertSameBits(after.get(i), fresh.get(i));
        }
    }

    /** Scores all queries, {@code rounds} times in each thread; memory may grow in the first half of the rounds alone. */
    private static List<Anomaly> scored(String name, List<RgbImage> queries, int threads, int rounds) throws Exception {
        VitConfig tiny = new VitConfig(32, 2, 2, 64, false, 0, 14, 5, VitConfig.Position.PLAIN);
        DinoV2.Options options = DinoV2.Options.DEFAULT.withInput(SIDE, SIDE);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Backend backend = Backends.open(name);
                DinoV2 dino = new DinoV2(VitWeights.seeded(tiny, "soak/"), options, backend);
                IdealDetector ideal = IdealDetector.untrained(dino, 3);
                Scorer fitted = ideal.scorer(references())) {
            List<Anomaly> first = queries.stream().map(fitted::score).toList();
            long live = backend.liveBytes();
            long resident = 0;
            for (int round = 0; round < rounds; round++) {
                List<Future<?>> running = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    running.add(pool.submit(() -> {
                        for (int i = 0; i < queries.size(); i++) {
                            assertSameBits(fitted.score(queries.get(i)), first.get(i));
                        }
                    }));
                }
                for (Future<?> thread : running) {
                    thread.get();
                }
                assertThat(backend.liveBytes()).as("device memory").isEqualTo(live);
                if (round == rounds / 2) {
                    resident = residentBytes();
                }
            }
            assertThat(residentBytes() - resident)
                    .as("growth of %s's process", name)
                    .isLessThan(rounds == 1 ? Long.MAX_VALUE : 64L << 20);
            return first;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Memory of this process outside of the Java heap's fluctuations; 0 where the system does not tell. */
    private static long residentBytes() throws IOException {
        System.gc();
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        long resident = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
        return resident - Runtime.getRuntime().totalMemory();
    }

    private static References references() {
        boolean[] defect = new boolean[80 * 64];
        IntStream.range(20 * 80 + 30, 20 * 80 + 50).forEach(i -> defect[i] = true);
        return References.builder()
                .normal(image("normal 1", 80, 64), image("normal 2", 64, 80))
                .abnormal(image("abnormal", 80, 64), new Mask(80, 64, defect))
                .build();
    }

    private static RgbImage image(String seed, int width, int height) {
        float[] noise = SeededValues.uniform(seed, 3 * width * height, 127, 128);
        byte[] samples = new byte[noise.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) noise[i];
        }
        return new RgbImage(width, height, samples);
    }

    private static void assertSameBits(Anomaly actual, Anomaly expected) {
        assertThat(actual.score()).isEqualTo(expected.score());
        assertThat(actual.map().values()).isEqualTo(expected.map().values());
        assertThat(actual.patches().values()).isEqualTo(expected.patches().values());
    }
}
