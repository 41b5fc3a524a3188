package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.AtOnce;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large images in tiles. */
class TiledDetectorTest {
    private static final int SIDE = 112;
    private static final int WIDTH = 700;
    private static final int HEIGHT = 260;

    private Backend backend;
    private FeatureExtractor extractor;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        extractor = new BuiltinBackbone(backend, SIDE);
    }

    @AfterEach
    void close() {
        extractor.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    /** A scan of stripes and noise, with a dark spot of 14 pixels if {@code left} is not negative. */
    private static RgbImage scan(int seed, int left, int top) {
        return scan(seed, left, top, 14);
    }

    private static RgbImage scan(int seed, int left, int top, int side) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % WIDTH;
            int y = i / 3 / WIDTH;
            boolean spot = left >= 0 && x >= left && x < left + side && y >= top && y < top + side;
            samples[i] = (byte) ((spot ? 40 : y / 8 % 2 == 0 ? 140 : 120) + random.nextInt(30));
        }
        return new RgbImage(WIDTH, HEIGHT, samples);
    }

    private FewShotDetector tiled(String method, Tiling tiling) {
        DetectorMethod named = DetectorMethods.named(method);
        return new TiledDetector(named.detector(extractor, null, 17, OptionValues.NONE), tiling);
    }

    private static References references(int count) {
        return References.builder()
                .normal(IntStream.range(0, count)
                        .mapToObj(seed -> scan(seed, -1, 0))
                        .toList())
                .build();
    }

    /** A GPU takes more images at once than the CPU, and therefore more tiles. */
    @Test
    void asManyTilesAreScoredTogetherAsTheBackendTakesImages() {
        List<Integer> together = Collections.synchronizedList(new ArrayList<>());
        ScoreMap map = new ScoreMap(SIDE, SIDE, new float[SIDE * SIDE]);
        Scorer noting = new Scorer() {
            @Override
            public Map<String, Object> config() {
                return Map.of();
            }

            @Override
            public List<Anomaly> score(List<RgbImage> tiles) {
                together.add(tiles.size());
                return Collections.nCopies(tiles.size(), new Anomaly(0, map, map));
            }

            @Override
            public void close() {}
        };
        FeatureExtractor given = new GivenFeatures(AtOnce.of(backend, 12), 8, 8, 14, 1, "given");
        FewShotDetector method = (FewShotDetector) Proxy.newProxyInstance(
                FewShotDetector.class.getClassLoader(),
                new Class<?>[] {FewShotDetector.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "name" -> "noting";
                    case "extractor" -> given;
                    case "over" -> proxy;
                    case "scorer" -> noting;
                    default -> null;
                });
        try (FewShotDetector detector = new TiledDetector(method, Tiling.of(SIDE));
                Scorer scorer = detector.scorer(references(1))) {
            scorer.score(scan(20, -1, 0));
        }
        assertThat(together).contains(12);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad"})
    void aSmallDefectIsFoundWhereItIs(String method) {
        try (FewShotDetector detector = tiled(method, Tiling.of(SIDE));
                FittedDetector fitted = detector.fit(references(3))) {
            RgbImage bad = scan(20, 501, 133);
            Anomaly anomaly = fitted.score(bad);
            assertThat(fitted.score(scan(21, -1, 0)).score()).isLessThan(anomaly.score() / 2);
            assertThat(anomaly.map().width()).isEqualTo(WIDTH);
            assertThat(anomaly.map().height()).isEqualTo(HEIGHT);
            assertThat(anomaly.verdict()).isEqualTo(Verdict.ANOMALOUS);
            Region region = anomaly.regions(bad, 1).get(0);
            assertThat(region.peakX()).isBetween(480, 536);
            assertThat(region.peakY()).isBetween(112, 168);
        }
    }

    /** The same texture everywhere gives the same map everywhere, whatever tile a pixel is in. */
    @ParameterizedTest
    @CsvSource({"ideal, false", "ideal, true", "anomalydino, false", "anomalydino, true"})
    void noSeamShows(String method, boolean aligned) {
        byte[] samples = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(samples, (byte) 90);
        RgbImage flat = new RgbImage(WIDTH, HEIGHT, samples);
        byte[] darker = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(darker, (byte) 60);
        Tiling tiling = aligned ? Tiling.of(SIDE).asAligned() : Tiling.of(SIDE);
        try (FewShotDetector detector = tiled(method, tiling);
                Scorer scorer = detector.scorer(References.builder()
                        .normal(new RgbImage(WIDTH, HEIGHT, darker))
                        .build())) {
            Anomaly anomaly = scorer.score(flat);
            assertThat(anomaly.map().max() - anomaly.map().min()).isLessThan(1e-5f);
        }
    }

    /** PatchCore averages with zeros beyond the tile, so patches at the edge of each tile score differently. */
    @Test
    void noSeamShowsWhereAMethodPadsItsTiles() {
        byte[] samples = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(samples, (byte) 90);
        byte[] darker = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(darker, (byte) 60);
        DetectorMethod patchcore = DetectorMethods.named("patchcore");
        OptionValues sharp = OptionValues.of(patchcore.options(), Map.of("smoothing", 0f));
        try (FewShotDetector detector = new TiledDetector(
                        patchcore.detector(extractor, null, 17, sharp), new Tiling(SIDE, 3 * 14 + 2, 1));
                Scorer scorer = detector.scorer(References.builder()
                        .normal(new RgbImage(WIDTH, HEIGHT, darker))
                        .build())) {
            ScoreMap map = scorer.score(new RgbImage(WIDTH, HEIGHT, samples)).map();
            float middle = map.at(WIDTH / 2, HEIGHT / 2);
            assertThat(map.at(0, 0)).isLessThan(middle - 0.01f);
            for (int y = 14; y < HEIGHT - 14; y++) {
                for (int x = 14; x < WIDTH - 14; x++) {
                    assertThat(map.at(x, y)).as("%d, %d", x, y).isCloseTo(middle, within(1e-5f));
                }
            }
        }
    }

    @Test
    void savedAddedAndLoadedIsTheSame(@TempDir Path folder) {
        boolean[] pixels = new boolean[WIDTH * HEIGHT];
        for (int y = 50; y < 64; y++) {
            Arrays.fill(pixels, y * WIDTH + 300, y * WIDTH + 314, true);
        }
        References more = References.builder()
                .abnormal(scan(30, 300, 50), new Mask(WIDTH, HEIGHT, pixels))
                .build();
        Path file = folder.resolve("scan.fitted");
        RgbImage query = scan(31, 120, 200);
        try (FewShotDetector detector = tiled("ideal", new Tiling(SIDE, 20, 0.7));
                FittedDetector fitted = detector.fit(references(2));
                FittedDetector taught = fitted.with(more);
                FittedDetector all = detector.fit(references(2).with(more))) {
            assertThat(taught.score(query)).isEqualTo(all.score(query));
            taught.save(file);
            try (FittedDetector loaded = FittedDetectors.load(file, extractor)) {
                assertThat(loaded.score(query)).isEqualTo(taught.score(query));
                assertThat(loaded.config()).isEqualTo(taught.config());
            }
        }
    }

    /** A file is decoded in bands, scaled, masked, cut and put together in bits of the image that is read at once. */
    @ParameterizedTest
    @CsvSource({"png, 1", "jpg, 1", "png, 0.5", "tif, 0.31"})
    void rowsAreScoredLikeTheImage(String format, double scale, @TempDir Path folder) throws IOException {
        BufferedImage large = new BufferedImage(2100, 2050, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(3);
        random.nextBytes(((DataBufferByte) large.getRaster().getDataBuffer()).getData());
        Path file = folder.resolve("large." + format);
        ImageIO.write(large, format, file.toFile());
        RgbImage image = ImageReader.read(file, ReadOptions.UPRIGHT);
        boolean[] pixels = new boolean[2100 * 2050];
        Arrays.fill(pixels, 0, 2100 * 1800, true);
        Mask upper = new Mask(2100, 2050, pixels);
        Mask ignored = new Mask(4, 4, new boolean[] {
            true, false, false, false, false, false, false, false, false, false, false, false, false, false, false, true
        });
        try (FewShotDetector detector = tiled("subspacead", new Tiling(400, 90, scale));
                FittedDetector fitted = detector.fit(references(1), FitOptions.UNCALIBRATED.withRegion(upper))) {
            List<Integer> done = new ArrayList<>();
            RgbImage.Rows rows = ImageReader.open(file, ReadOptions.UPRIGHT);
            Anomaly anomaly = fitted.score(rows, ignored, (part, all) -> {
                assertThat(all).isEqualTo(new Tiling(400, 90, scale).count(2100, 2050));
                done.add(part);
            });
            assertThat(anomaly)
                    .isEqualTo(fitted.score(List.of(image), List.of(ignored)).get(0));
            assertThat(done).isSorted().last().isEqualTo(new Tiling(400, 90, scale).count(2100, 2050));
        }
    }

    /** The rows that lie in memory are those of one row of tiles. */
    @Test
    void noMoreRowsAreReadThanTheTilesNeed() {
        int width = 3000;
        int height = 4000;
        AtomicInteger read = new AtomicInteger();
        RgbImage.Rows rows = new RgbImage.Rows() {
            @Override
            public int width() {
                return width;
            }

            @Override
            public int height() {
                return height;
            }

            @Override
            public void next(byte[] rgb, int at) {
                Arrays.fill(rgb, at, at + 3 * width, (byte) (read.getAndIncrement() % 200));
            }
        };
        TileCut cut = new TileCut(new Tiling(500, 100, 1), rows);
        for (int i = 0; i < cut.count(); i++) {
            RgbImage tile = cut.tile(i);
            assertThat(read.get()).isEqualTo(cut.top(i) + 500);
            assertThat(tile.samples()[0]).isEqualTo((byte) (cut.top(i) % 200));
            assertThat(tile.samples()[3 * 500 * 499]).isEqualTo((byte) ((cut.top(i) + 499) % 200));
        }
        assertThat(read.get()).isEqualTo(height);
    }

    @Test
    void ignoredPixelsDoNotCount() {
        boolean[] pixels = new boolean[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            Arrays.fill(pixels, y * WIDTH, y * WIDTH + 350, true);
        }
        Mask left = new Mask(WIDTH, HEIGHT, pixels);
        try (FewShotDetector detector = tiled("ideal", Tiling.of(SIDE));
                FittedDetector all = detector.fit(references(3));
                FittedDetector right = all.with(FitOptions.DEFAULT.withRegion(left))) {
            RgbImage bad = scan(20, 501, 133);
            assertThat(all.score(bad).verdict()).isEqualTo(Verdict.ANOMALOUS);
            Anomaly without = right.score(bad);
            assertThat(without.map().at(508, 140)).isZero();
            assertThat(without.score()).isLessThan(all.score(bad).score() / 2);
        }
    }

    /** The defect is found at its place whether the image is cut by its shorter side, or lies in one square. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "visionad", "patchcore", "anomalydino", "subspacead"})
    void proportionsAreKept(String method) {
        for (Tiling tiling : List.of(Tiling.SHORT_SIDE, Tiling.FIT, Tiling.of(400))) {
            try (FewShotDetector detector = tiled(method, tiling);
                    FittedDetector fitted = detector.fit(references(3), FitOptions.UNCALIBRATED)) {
                Anomaly anomaly = fitted.score(scan(20, 501, 133, 40));
                ScoreMap map = anomaly.map();
                assertThat((double) map.width() / map.height()).isCloseTo((double) WIDTH / HEIGHT, within(0.03));
                int peak = 0;
                for (int i = 0; i < map.values().length; i++) {
                    peak = map.values()[i] > map.values()[peak] ? i : peak;
                }
                double near = 20 + tiling.sideOf(WIDTH, HEIGHT) / (double) extractor.gridRows();
                assertThat((peak % map.width() + 0.5) * WIDTH / map.width()).isCloseTo(521, within(near));
                assertThat((peak / map.width() + 0.5) * HEIGHT / map.height()).isCloseTo(153, within(near));
            }
        }
    }

    @Test
    void tilesCoverTheImageEvenly() {
        Tiling tiling = new Tiling(100, 25, 1);
        assertThat(tiling.starts(100, 100)).containsExactly(0);
        assertThat(tiling.starts(101, 100)).containsExactly(0, 1);
        assertThat(tiling.starts(175, 100)).containsExactly(0, 75);
        assertThat(tiling.starts(400, 100)).containsExactly(0, 75, 150, 225, 300);
        for (int length = 100; length < 1000; length++) {
            List<Integer> starts = tiling.starts(length, 100);
            assertThat(starts.get(starts.size() - 1)).isEqualTo(length - 100);
            for (int i = 1; i < starts.size(); i++) {
                assertThat(starts.get(i) - starts.get(i - 1)).isLessThanOrEqualTo(75);
            }
        }
        assertThat(tiling.starts(20, 100)).containsExactly(0);
        assertThat(Tiling.SHORT_SIDE.starts(250, Tiling.SHORT_SIDE.sideOf(250, 100)))
                .containsExactly(0, 75, 150);
    }

    @Test
    void badTilesAreRefused() {
        for (Map.Entry<String, double[]> bad : Map.of(
                        "tile: ", new double[] {8, 0, 1},
                        "overlap: ", new double[] {100, 60, 1},
                        "scale: ", new double[] {100, 10, 0})
                .entrySet()) {
            double[] values = bad.getValue();
            assertThatThrownBy(() -> new Tiling((int) values[0], (int) values[1], values[2]))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(bad.getKey());
        }
    }
}
