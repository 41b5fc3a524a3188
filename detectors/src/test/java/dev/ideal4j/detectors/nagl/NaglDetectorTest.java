package dev.ideal4j.detectors.nagl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.MadeUpParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaglDetectorTest {
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

    private References.Builder normal(String... seeds) {
        References.Builder references = References.builder();
        for (String seed : seeds) {
            references.normal(parts.image(seed));
        }
        return references;
    }

    private References.Builder abnormal(References.Builder references) {
        return references.abnormal(parts.image("d", 7, 8), MadeUpParts.mask(7, 8));
    }

    private FittedDetector fit(References.Builder references) {
        try (NaglDetector nagl = NaglDetector.untrained(parts.extractor, 3)) {
            return nagl.fit(references.build());
        }
    }

    @Test
    void withoutAbnormalReferencesOnlyTheNormalOnesCount() {
        try (FittedDetector fitted = fit(normal("a", "b"))) {
            float[] known = fitted.score(parts.image("a")).patches().values();
            for (float patch : known) {
                assertThat(patch).isCloseTo(0, within(1e-6f));
            }
            Anomaly defective = fitted.score(parts.image("q", 11));
            assertThat(argmax(defective.patches().values())).isEqualTo(11);
            assertThat(defective.score()).isEqualTo(defective.patches().values()[11]);
            assertThat(defective.map().width()).isEqualTo(MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE);
        }
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Test
    void everyMixtureOfReferencesWorksAndGivesScoresFromZeroToOne() {
        for (References.Builder references :
                List.of(normal("a"), abnormal(normal("a", "b")), abnormal(References.builder()))) {
            try (FittedDetector fitted = fit(references)) {
                Anomaly anomaly = fitted.score(parts.image("q", 11));
                for (float patch : anomaly.patches().values()) {
                    assertThat(patch).isBetween(0f, 1f);
                }
                assertThat(anomaly.score()).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void batchAndThreadsChangeNoBit() {
        List<RgbImage> queries =
                IntStream.range(0, 11).mapToObj(i -> parts.image("q" + i, i)).toList();
        try (FittedDetector fitted = fit(abnormal(normal("a", "b")))) {
            List<Anomaly> together = fitted.score(queries);
            assertSameBits(queries.parallelStream().map(fitted::score).toList(), together);
        }
    }

    private static void assertSameBits(List<Anomaly> actual, List<Anomaly> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).score()).isEqualTo(expected.get(i).score());
            assertThat(actual.get(i).map().values())
                    .isEqualTo(expected.get(i).map().values());
        }
    }

    @Test
    void savesAndLoadsToTheSameBits() {
        for (References.Builder references :
                List.of(normal("a"), abnormal(normal("a", "b")), abnormal(References.builder()))) {
            Path file = folder.resolve("fitted");
            try (FittedDetector fitted = fit(references)) {
                fitted.save(file);
                try (FittedDetector loaded = FittedDetectors.load(file, parts.extractor)) {
                    assertThat(loaded.config()).isEqualTo(fitted.config());
                    List<RgbImage> queries = List.of(parts.image("q", 5), parts.image("r"));
                    assertSameBits(loaded.score(queries), fitted.score(queries));
                    Path again = folder.resolve("again");
                    loaded.save(again);
                    assertThat(again).hasSameBinaryContentAs(file);
                }
            }
        }
    }

    @Test
    void publishedCheckpointNamesAreFoundBelowTheirPrefix() {
        Map<String, Shape> shapes = NaglHead.shapes(5, MadeUpParts.WIDTH);
        Weights plain = new SeededWeights("head/", shapes);
        ArrayWeights wrapped = new ArrayWeights("test");
        shapes.forEach((name, shape) -> wrapped.put("module." + name, shape, plain.read(name)));
        Path file = folder.resolve("n_1_a_1_best.safetensors");
        SafetensorsWriter.write(file, wrapped, Map.of());
        try (NaglDetector one = NaglDetector.load(file, parts.extractor);
                NaglDetector other = NaglDetector.of(plain, parts.extractor, NaglConfig.PUBLISHED);
                FittedDetector fitted = one.fit(abnormal(normal("a")).build());
                FittedDetector same = other.fit(abnormal(normal("a")).build())) {
            assertThat(one.config()).containsEntry("proxies", 5).containsEntry("weights", file.toString());
            assertSameBits(List.of(fitted.score(parts.image("q", 3))), List.of(same.score(parts.image("q", 3))));
        }
    }

    @Test
    void badInputIsRefused() {
        int width = MadeUpParts.WIDTH;
        Weights wide = new SeededWeights("head/", NaglHead.shapes(5, 2 * width));
        assertThatThrownBy(() -> NaglDetector.of(wide, parts.extractor, NaglConfig.PUBLISHED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("width 64", "32");
        Map<String, Shape> shapes = NaglHead.shapes(5, width);
        shapes.remove("afl_sa.norm.bias");
        Weights partial = new SeededWeights("head/", shapes);
        assertThatThrownBy(() -> NaglDetector.of(partial, parts.extractor, NaglConfig.PUBLISHED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("afl_sa.norm.bias");
        assertThatThrownBy(() -> NaglDetector.untrained(parts.extractor, 1, new NaglConfig(5, 4, 0.01)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("heads");
        RgbImage image = parts.image("d");
        int side = MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
        Mask empty = new Mask(side, MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE, new boolean[side * 20]);
        assertThatThrownBy(() -> fit(normal("a").abnormal(image, empty)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no pixel set");
    }

    /** The table searches by plain dot product, not by cosine: long rows win over like ones. */
    @Test
    void residualsAreOfTheRowWithTheLargestDotProduct() {
        Random random = new Random(8);
        int width = 5;
        float[] rows = new float[40 * width];
        float[] queries = new float[30 * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) (random.nextGaussian() * (1 + i / width % 7));
        }
        for (int i = 0; i < queries.length; i++) {
            queries[i] = (float) random.nextGaussian();
        }
        float[] expected = queries.clone();
        for (int q = 0; q < 30; q++) {
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int row = 0; row < 40; row++) {
                double dot = 0;
                for (int i = 0; i < width; i++) {
                    dot += (double) queries[q * width + i] * rows[row * width + i];
                }
                if (dot > most) {
                    most = dot;
                    best = row;
                }
            }
            for (int i = 0; i < width; i++) {
                expected[q * width + i] -= rows[best * width + i];
            }
        }
        for (String name : List.of("cpu", "reference")) {
            try (Backend own = Backends.open(name);
                    Scope scope = own.scope()) {
                NormalTable table = new NormalTable(scope.upload(rows, 40, width), scope);
                Tensor residuals = scope.allocate(30, width);
                table.residuals(scope.upload(queries, 30, width), residuals);
                assertThat(residuals.toArray()).isEqualTo(expected);
            }
        }
    }
}
