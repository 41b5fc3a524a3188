package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiles that are compared place by place. */
class AlignedTilesTest {
    private static final int SIDE = 112;
    private static final int WIDTH = 364;
    private static final int HEIGHT = 200;
    private static final Tiling ALIGNED = Tiling.of(SIDE).asAligned();

    private Backend backend;
    private CountingExtractor counted;
    private BuiltinBackbone builtin;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        builtin = new BuiltinBackbone(backend, SIDE);
        counted = new CountingExtractor(builtin);
    }

    @AfterEach
    void close() {
        builtin.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    /** A part with a dark hole, which belongs at column 60. */
    private static RgbImage part(int seed, int hole) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            boolean dark = Math.abs(x - hole) < 16 && Math.abs(y - 100) < 16;
            samples[i] = (byte) ((dark ? 40 : 150) + random.nextInt(20));
        }
        return new RgbImage(WIDTH, HEIGHT, samples);
    }

    private static References good(int count) {
        return References.builder()
                .normal(IntStream.range(0, count)
                        .mapToObj(seed -> part(seed, 60))
                        .toList())
                .build();
    }

    private FewShotDetector method(String name) {
        DetectorMethod named = DetectorMethods.named(name);
        Map<String, Object> few = name.equals("subspacead") ? Map.of("rotations", 2) : Map.of();
        return named.detector(counted.extractor(), null, 17, OptionValues.of(named.options(), few));
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad", "anomalydino", "subspacead"})
    void whatIsGoodElsewhereIsAnomalousHere(String name) {
        RgbImage inPlace = part(50, 60);
        RgbImage misplaced = part(51, 300);
        double everywhere;
        try (FewShotDetector detector = new TiledDetector(method(name), Tiling.of(SIDE));
                Scorer scorer = detector.scorer(good(2))) {
            everywhere = scorer.score(misplaced).score() / scorer.score(inPlace).score();
        }
        try (FewShotDetector detector = new TiledDetector(method(name), ALIGNED);
                Scorer scorer = detector.scorer(good(2))) {
            Anomaly anomaly = scorer.score(misplaced);
            assertThat(anomaly.score() / scorer.score(inPlace).score()).isGreaterThan((float) (1.2 * everywhere));
            int peak = IntStream.range(0, WIDTH * HEIGHT)
                    .reduce((a, b) -> anomaly.map().values()[b] > anomaly.map().values()[a] ? b : a)
                    .orElseThrow();
            assertThat(peak % WIDTH).isBetween(260, 340);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "patchcore", "subspacead"})
    void addedLoadedAndRefittedAreTheSame(String name, @TempDir Path folder) {
        References more =
                References.builder().normal(List.of(part(7, 60), part(8, 60))).build();
        RgbImage query = part(31, 300);
        Path file = folder.resolve("part.fitted");
        // SubspaceAD decomposes a matrix for each place, and calibration makes a fit for each reference.
        FitOptions options = name.equals("subspacead") ? FitOptions.UNCALIBRATED : FitOptions.DEFAULT;
        try (FewShotDetector detector = new TiledDetector(method(name), ALIGNED);
                FittedDetector fitted = detector.fit(good(2), options);
                FittedDetector added = fitted.with(more);
                FittedDetector all = detector.fit(good(2).with(more), options)) {
            assertThat(added.calibration().map(Calibration::good))
                    .isEqualTo(all.calibration().map(Calibration::good));
            assertThat(all.calibration().isPresent()).isEqualTo(options == FitOptions.DEFAULT);
            assertThat(added.score(query).equals(all.score(query))).isTrue();
            added.save(file);
            int before = counted.passes();
            try (FittedDetector loaded = FittedDetectors.load(file, counted.extractor())) {
                assertThat(counted.passes()).isEqualTo(before);
                assertThat(loaded.config()).isEqualTo(all.config()).containsEntry("tileAligned", true);
                assertThat(loaded.score(query).equals(all.score(query))).isTrue();
            }
        }
    }

    /** Adding a reference runs that reference alone through the network; of a method with turned copies, those too. */
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "subspacead"})
    void addingComputesTheNewReferenceAlone(String name) {
        try (FewShotDetector detector = new TiledDetector(method(name), ALIGNED)) {
            int start = counted.passes();
            try (FittedDetector fitted = detector.fit(good(2), FitOptions.UNCALIBRATED)) {
                int both = counted.passes() - start;
                try (FittedDetector added =
                        fitted.with(References.builder().normal(part(9, 60)).build())) {
                    assertThat(added.references().all()).hasSize(3);
                    assertThat(counted.passes() - start - both).isEqualTo(both / 2);
                }
            }
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "patchcore", "subspacead"})
    void scorersThatAreNotKeptGiveTheSameWithoutTheNetwork(String name) {
        RgbImage query = part(31, 300);
        try (FewShotDetector kept = new TiledDetector(method(name), ALIGNED);
                FewShotDetector made = new TiledDetector(method(name), ALIGNED, 0);
                FittedDetector before = kept.fit(good(2), FitOptions.UNCALIBRATED);
                FittedDetector fitted = made.fit(good(2), FitOptions.UNCALIBRATED);
                Scorer alone = made.scorer(good(2))) {
            int start = counted.passes();
            Anomaly anomaly = fitted.score(query);
            assertThat(counted.passes() - start).as("tiles of the query").isEqualTo(ALIGNED.count(WIDTH, HEIGHT));
            assertThat(anomaly.equals(before.score(query))).isTrue();
            assertThat(alone.score(query).equals(anomaly)).isTrue();
        }
    }

    @Test
    void aKnownDefectCountsAtEveryPlace() {
        boolean[] pixels = new boolean[WIDTH * HEIGHT];
        for (int y = 84; y < 116; y++) {
            Arrays.fill(pixels, y * WIDTH + 164, y * WIDTH + 196, true);
        }
        References taught = good(2).with(References.builder()
                .abnormal(part(20, 180), new Mask(WIDTH, HEIGHT, pixels))
                .build());
        RgbImage query = part(22, 300);
        try (FewShotDetector detector = new TiledDetector(method("ideal"), ALIGNED);
                Scorer plain = detector.scorer(good(2));
                Scorer knowing = detector.scorer(taught)) {
            assertThat(knowing.score(query).score())
                    .isGreaterThan(1.02f * plain.score(query).score());
        }
    }

    @Test
    void imagesOfSeveralSizesAreRefusedByName() {
        RgbImage small = new RgbImage(300, 200, new byte[3 * 300 * 200]);
        try (FewShotDetector detector = new TiledDetector(method("ideal"), ALIGNED)) {
            References mixed = References.builder()
                    .normal(part(1, 60))
                    .add("small.png", References.Role.NORMAL, small, null, null)
                    .build();
            assertThatThrownBy(() -> detector.fit(mixed))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("small.png: found 300×200 pixels, expected 364×200")
                    .message()
                    .doesNotContain("\n");
            try (FittedDetector fitted = detector.fit(good(1))) {
                assertThatThrownBy(() -> fitted.score(small))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageStartingWith("image: found 300×200 pixels, expected 364×200");
            }
        }
    }

    @Test
    void tilesThatNoReferenceShowsAreNamed() {
        boolean[] out = new boolean[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            Arrays.fill(out, y * WIDTH, y * WIDTH + 300, true);
        }
        Mask left = new Mask(WIDTH, HEIGHT, out);
        References right = References.builder()
                .add("right.png", References.Role.NORMAL, part(1, 60), null, left)
                .build();
        try (FewShotDetector detector = new TiledDetector(method("ideal"), ALIGNED);
                FittedDetector fitted = detector.fit(right)) {
            assertThatThrownBy(() -> fitted.score(part(2, 60)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("tile [1-4]: found no normal reference.*");
            assertThat(fitted.score(List.of(part(2, 60)), List.of(left))).hasSize(1);
        }
    }

    @Test
    void aMethodThatTrainsInItsFitIsRefused() {
        FewShotDetector devnet = (FewShotDetector) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {FewShotDetector.class},
                (proxy, method, arguments) -> method.getName().equals("name") ? "devnet" : null);
        assertThatThrownBy(() -> new TiledDetector(devnet, ALIGNED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("aligned: found devnet");
    }
}
