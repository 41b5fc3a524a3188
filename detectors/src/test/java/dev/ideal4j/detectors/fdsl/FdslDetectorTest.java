package dev.ideal4j.detectors.fdsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.Clip;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.MadeUpParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdslDetectorTest {
    /** A grid of 5×5 patches, windows of 3, four of them. */
    private static final FdslConfig SMALL = Settings.windows(FdslConfig.Windows.MERGED, 3, 2, 3);

    private static final FdslConfig INDEXED = Settings.windows(FdslConfig.Windows.MERGED, 3, 2, 3, true);

    @TempDir
    private Path folder;

    private Backend backend;
    private Clip clip;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        VitConfig tiny = new VitConfig(
                32, 2, 2, 48, false, 0, 14, 3, VitConfig.Position.REGISTERS, VitConfig.Style.clip(Activation.GELU, 16));
        clip = new Clip(
                VitWeights.seeded(tiny, "tiny/"),
                Clip.Options.FDSL.withInput(70, 70).withHeads(2),
                backend);
    }

    @AfterEach
    void close() {
        clip.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private static RgbImage image(String seed) {
        float[] values = SeededValues.uniform(seed, 3 * 40 * 50, 127, 128);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i];
        }
        return new RgbImage(40, 50, samples);
    }

    private static References references(int count) {
        return References.builder()
                .normal(IntStream.range(0, count)
                        .mapToObj(i -> image("good" + i))
                        .toList())
                .build();
    }

    private Anomaly score(FdslConfig config, RgbImage image) {
        try (FdslDetector detector = FdslDetector.untrained(clip, 3, config);
                FittedDetector fitted = detector.fit(references(2))) {
            return fitted.score(image);
        }
    }

    private static void assertSame(Anomaly actual, Anomaly expected) {
        assertThat(actual.score()).isEqualTo(expected.score());
        assertThat(actual.map().values()).isEqualTo(expected.map().values());
        assertThat(actual.patches().values()).isEqualTo(expected.patches().values());
    }

    @Test
    void savedAndLoadedScoresTheSame() {
        for (FdslConfig config : List.of(SMALL, INDEXED, SMALL.with(FdslConfig.Windows.NONE))) {
            Path file = folder.resolve(config.windows() + "-" + config.imageIndex());
            try (FdslDetector detector = FdslDetector.untrained(clip, 3, config);
                    FittedDetector fitted = detector.fit(references(2))) {
                fitted.save(file);
                try (FittedDetector loaded = FittedDetectors.load(file, clip)) {
                    assertThat(loaded.config()).isEqualTo(fitted.config());
                    assertSame(loaded.score(image("query")), fitted.score(image("query")));
                }
            }
        }
    }

    @Test
    void batchesAndThreadsGiveTheSameBits() {
        try (FdslDetector detector = FdslDetector.untrained(clip, 3, SMALL);
                FittedDetector fitted = detector.fit(references(1))) {
            List<RgbImage> queries = List.of(image("a"), image("b"), image("c"));
            List<Anomaly> together = fitted.score(queries);
            List<Anomaly> apart = queries.parallelStream().map(fitted::score).toList();
            for (int i = 0; i < queries.size(); i++) {
                assertSame(apart.get(i), together.get(i));
            }
            assertThat(together.get(0).map().width()).isEqualTo(240);
            assertThat(together.get(0).patches().width()).isEqualTo(5);
        }
    }

    @Test
    void windowsShareTheScore() {
        RgbImage query = image("query");
        Anomaly merged = score(SMALL, query);
        Anomaly windows = score(SMALL.with(FdslConfig.Windows.ONLY), query);
        Anomaly whole = score(SMALL.with(FdslConfig.Windows.NONE), query);
        assertThat(windows.score()).isNotEqualTo(whole.score());
        assertThat(merged.score()).isCloseTo((windows.score() + whole.score()) / 2, within(1e-6f));
    }

    /** With one reference window for each of the query's, and all of them chosen, the index leaves nothing out. */
    @Test
    void theImageIndexOfTheReferenceItselfFindsAllWindows() {
        RgbImage reference = image("good0");
        References own = References.builder().normal(reference).build();
        FdslConfig config = SMALL.with(FdslConfig.Windows.ONLY);
        try (FdslDetector plain = FdslDetector.untrained(clip, 3, config);
                FdslDetector indexed =
                        FdslDetector.untrained(clip, 3, Settings.windows(FdslConfig.Windows.ONLY, 3, 2, 3, true));
                FittedDetector first = plain.fit(own);
                FittedDetector second = indexed.fit(own)) {
            assertSame(second.score(reference), first.score(reference));
        }
    }

    @Test
    void resizedWindowsComeBackToTheirPlaces() {
        FdslConfig resized = Settings.windows(FdslConfig.Windows.ONLY, 3, 2, 5);
        Anomaly anomaly = score(resized, image("query"));
        assertThat(anomaly.score()).isBetween(0f, 1f);
        assertThat(anomaly.score())
                .isNotEqualTo(score(SMALL.with(FdslConfig.Windows.ONLY), image("query"))
                        .score());
    }

    @Test
    void readsPublishedCheckpointsAndNamesWhatIsWrong() {
        try (FdslDetector untrained = FdslDetector.untrained(clip, 3, SMALL)) {
            ArrayWeights published = new ArrayWeights("published.pth");
            Weights head = seededHead("other/", 32);
            head.names().forEach(n -> published.put("trainable_RR." + n, head.shape(n), head.read(n)));
            published.put("trainable_RR.rAttn.fc.0.weight", Shape.of(1), new float[1]);
            try (FdslDetector detector = FdslDetector.of(published, clip, SMALL);
                    FdslDetector plain = FdslDetector.of(head, clip, SMALL);
                    FittedDetector first = detector.fit(references(1));
                    FittedDetector second = plain.fit(references(1))) {
                assertSame(first.score(image("query")), second.score(image("query")));
                assertThat(untrained.config().get("layers")).isEqualTo(2);
            }
            ArrayWeights partial = new ArrayWeights("partial.pth");
            head.names().stream()
                    .filter(n -> !n.equals("convRes.conv2.bias"))
                    .forEach(n -> partial.put(n, head.shape(n), head.read(n)));
            assertThatThrownBy(() -> FdslDetector.of(partial, clip, SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("partial.pth")
                    .hasMessageContaining("convRes.conv2.bias");
            assertThatThrownBy(() -> FdslDetector.of(new ArrayWeights("empty.pth"), clip, SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("clsList.0.proj.0.weight");
        }
    }

    private Weights seededHead(String prefix, int channels) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        try (dev.ideal4j.core.Scope scope = backend.scope()) {
            dev.ideal4j.core.nn.Parameters made = dev.ideal4j.core.nn.Parameters.fresh(scope, 0);
            new FdslHead(made, 2, channels, SMALL);
            made.names().forEach(name -> shapes.put(name, made.shape(name)));
        }
        return new SeededWeights(prefix, shapes);
    }

    @Test
    void badInputIsNamed() throws IOException {
        MadeUpParts parts = new MadeUpParts(backend);
        assertThatThrownBy(() -> FdslDetector.untrained(parts.extractor, 1, SMALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("CLIP");
        assertThatThrownBy(() -> FdslDetector.untrained(clip, 1, Settings.windows(FdslConfig.Windows.MERGED, 4, 2, 4)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("4 patches");
        assertThatThrownBy(() -> Settings.windows(FdslConfig.Windows.MERGED, 0, 2, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("window size");
        try (FdslDetector detector = FdslDetector.untrained(clip, 3, SMALL)) {
            References abnormal = References.builder()
                    .abnormal(image("bad"), new dev.ideal4j.core.image.Mask(40, 50, new boolean[2000]))
                    .build();
            assertThatThrownBy(() -> detector.fit(abnormal))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no normal image");
            Path file = folder.resolve("fitted");
            try (FittedDetector fitted = detector.fit(references(1))) {
                fitted.save(file);
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 5] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> FittedDetectors.load(file, clip)).isInstanceOf(FileFormatException.class);
        }
    }

    @Test
    void aHeadForOtherFeaturesIsRefused() {
        Weights narrow = seededHead("other/", 16);
        assertThatThrownBy(() -> FdslDetector.of(narrow, clip, SMALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2 layers of width 16");
        ArrayWeights flat = new ArrayWeights("flat.pth");
        Weights head = seededHead("other/", 32);
        head.names().forEach(name -> flat.put(name, head.shape(name), head.read(name)));
        for (Shape shape : List.of(Shape.of(), Shape.of(512 * 32), Shape.of(512, 16))) {
            flat.put("clsList.0.proj.0.weight", shape, new float[(int) shape.size()]);
            assertThatThrownBy(() -> FdslDetector.of(flat, clip, SMALL))
                    .as(shape.toString())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("flat.pth");
        }
    }

    @Test
    void halfPrecisionRoundsToNearestEven() {
        assertThat(HalfPrecision.round(1 + 0x1p-11f)).isEqualTo(1);
        assertThat(HalfPrecision.round(1 + 3 * 0x1p-11f)).isEqualTo(1 + 0x1p-9f);
        assertThat(HalfPrecision.round(-0.1f)).isEqualTo(-0.0999755859375f);
        assertThat(HalfPrecision.round(0x1.8p-25f)).isEqualTo(0x1p-24f);
        assertThat(HalfPrecision.round(0x1p-25f)).isZero();
        assertThat(HalfPrecision.round(65519)).isEqualTo(65504);
        assertThat(HalfPrecision.round(65520)).isInfinite();
        assertThat(HalfPrecision.round(Float.NaN)).isNaN();
    }
}
