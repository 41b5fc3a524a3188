package dev.ideal4j.detectors.patchcore;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.EuclideanBank;
import dev.ideal4j.detectors.patchcore.PatchEmbedding.LayerMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features, coresets, scores and maps as the two published implementations compute them. */
@Tag("golden")
class PatchCoreGoldenTest {
    private static final int HEIGHT = 96;
    private static final int WIDTH = 128;
    private static final int ROWS = 12;
    private static final int COLUMNS = 16;
    private static final double TOLERANCE = 1e-4;

    private static List<float[]> images(String name, int count) {
        int size = 3 * HEIGHT * WIDTH;
        float[] all = SeededValues.uniform(name, count * size, 2, 0);
        List<float[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(Arrays.copyOfRange(all, i * size, (i + 1) * size));
        }
        return images;
    }

    private static List<float[]> queries(String prefix) {
        List<float[]> queries = images(prefix + "query", 3);
        for (int i = 0; i < queries.get(1).length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH % HEIGHT;
            queries.get(1)[i] += y >= 30 && y < 60 && x >= 40 && x < 90 ? 3 : 0;
            queries.get(2)[i] *= 0.5f;
        }
        return queries;
    }

    private static List<List<LayerMap>> maps(ResNetStages network, List<float[]> images) {
        return images.stream().map(image -> network.of(image, HEIGHT, WIDTH)).toList();
    }

    private static float[] joined(PatchEmbedding embedding, List<List<LayerMap>> maps) {
        return EuclideanBank.joined(maps.stream().map(embedding::of).toList());
    }

    private static float[] everyRow(float[] rows, int width, int step) {
        float[] some = new float[(rows.length / width + step - 1) / step * width];
        for (int row = 0; row * width < some.length; row++) {
            System.arraycopy(rows, row * step * width, some, row * width, width);
        }
        return some;
    }

    private static int[] ints(Fixture fixture, String name) {
        return Arrays.stream(fixture.doubles(name))
                .mapToInt(value -> (int) value)
                .toArray();
    }

    /** The drawn values of the fixture. */
    private static Draws given(float[] projection, int[] starts) {
        return new Draws() {
            @Override
            public float[] projection(int n, int width) {
                return projection;
            }

            @Override
            public int[] starts(int n, int count) {
                return starts;
            }
        };
    }

    private static float[] sparse(Fixture fixture) {
        float[] codes = fixture.floats("projection_code");
        float value = fixture.floats("projection_value")[0];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = codes[i] == 0 ? 0 : codes[i] == 1 ? value : -value;
        }
        return codes;
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void bothVariantsAgree(String name) {
        Fixture fixture = Fixture.open("rivals/patchcore_tiny.safetensors");
        String prefix = fixture.meta("seed_prefix");
        try (Backend backend = Backends.open(name)) {
            List<List<LayerMap>> train;
            List<List<LayerMap>> query;
            try (Scope scope = backend.scope()) {
                ResNetStages network = new ResNetStages(prefix, scope);
                train = maps(network, images(prefix + "train", 4));
                query = maps(network, queries(prefix));
            }
            int start = ints(fixture, "coreset")[0];
            Draws anomalib = given(sparse(fixture), new int[] {start});
            PatchCoreConfig config = PatchCoreConfig.PUBLISHED;
            check(backend, fixture, "", 37, config, anomalib, train, query);
            Check once = new Check(backend, config.withNeighbours(1).withNeighbourhood(1), anomalib);
            float[] scores = new float[3];
            List<Anomaly> anomalies = once.score(joinedEach(config, train), joinedEach(config, query));
            for (int i = 0; i < scores.length; i++) {
                scores[i] = anomalies.get(i).score();
            }
            assertClose("one neighbour", scores, fixture.floats("image_score_one_neighbour"), TOLERANCE);

            float[] mapper = SeededValues.uniform(prefix + "mapper.weight", 16 * 48, 1 / Math.sqrt(48), 0);
            PatchCoreConfig authors =
                    PatchCoreConfig.of(PatchCoreVariant.AUTHORS).withDimensions(96, 48);
            Draws drawn = given(mapper, ints(fixture, "amazon/start_points"));
            check(backend, fixture, "amazon/", 17, authors, drawn, train, query);
            Draws five = given(mapper, ints(fixture, "amazon5/start_points"));
            PatchCoreConfig wide = authors.withNeighbourhood(5).withNeighbours(3);
            check(backend, fixture, "amazon5/", 17, wide, five, train, query);
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static List<float[]> joinedEach(PatchCoreConfig config, List<List<LayerMap>> maps) {
        PatchEmbedding embedding = new PatchEmbedding(config);
        return maps.stream().map(embedding::of).toList();
    }

    private static void check(
            Backend backend,
            Fixture fixture,
            String variant,
            int step,
            PatchCoreConfig config,
            Draws draws,
            List<List<LayerMap>> train,
            List<List<LayerMap>> query) {
        PatchEmbedding embedding = new PatchEmbedding(config);
        float[] bank = joined(embedding, train);
        float[] queries = joined(embedding, query);
        int width = bank.length / (4 * ROWS * COLUMNS);
        String rows = "_every_" + step + "th_row";
        assertClose("bank", everyRow(bank, width, step), fixture.floats(variant + "bank" + rows), TOLERANCE);
        assertClose("query", everyRow(queries, width, step), fixture.floats(variant + "embedding" + rows), TOLERANCE);

        // the features are embedded already, so the detector takes them as they are
        Check check = new Check(backend, config.withNeighbourhood(1).withDimensions(width, width), draws);
        int[] coreset = check.coreset(bank, width);
        assertThat(coreset).as(variant + "coreset").containsExactly(ints(fixture, variant + "coreset"));
        if (variant.isEmpty()) {
            try (Scope scope = backend.scope()) {
                float[] kept = new float[coreset.length * width];
                for (int i = 0; i < coreset.length; i++) {
                    System.arraycopy(bank, coreset[i] * width, kept, i * width, width);
                }
                EuclideanBank rowsKept = new EuclideanBank(kept, width, scope);
                assertThat(rowsKept.nearest(scope.upload(queries, queries.length / width, width), 1)
                                .indices())
                        .containsExactly(ints(fixture, "patch_nearest"));
            }
        }
        List<Anomaly> anomalies = check.score(joinedEach(config, train), joinedEach(config, query));
        float[] scores = new float[3];
        float[] patches = new float[3 * ROWS * COLUMNS];
        float[] maps = new float[3 * 20 * 26];
        for (int i = 0; i < 3; i++) {
            scores[i] = anomalies.get(i).score();
            System.arraycopy(anomalies.get(i).patches().values(), 0, patches, i * ROWS * COLUMNS, ROWS * COLUMNS);
            ScoreMap map = anomalies.get(i).map();
            for (int j = 0; j < 20 * 26; j++) {
                maps[i * 20 * 26 + j] = map.at(j % 26 * 5, j / 26 * 5);
            }
        }
        assertClose(variant + "patches", patches, fixture.floats(variant + "patch_score"), TOLERANCE);
        assertClose(variant + "scores", scores, fixture.floats(variant + "image_score"), TOLERANCE);
        assertClose(variant + "maps", maps, fixture.floats(variant + "map_every_5th"), TOLERANCE);
    }

    /** A detector whose features are given. */
    private record Check(Backend backend, PatchCoreConfig config, Draws draws) {
        int[] coreset(float[] bank, int width) {
            GivenFeatures extractor = new GivenFeatures(backend, ROWS, COLUMNS, 8, width, "given");
            try (Scope scope = backend.scope()) {
                return new PatchCoreDetector(extractor, config, () -> draws).coreset(bank, width, scope);
            }
        }

        List<Anomaly> score(List<float[]> train, List<float[]> query) {
            int width = train.get(0).length / (ROWS * COLUMNS);
            GivenFeatures extractor = new GivenFeatures(backend, ROWS, COLUMNS, 8, width, "given");
            List<RgbImage> references = train.stream().map(extractor::image).toList();
            try (Scorer scorer = new PatchCoreDetector(extractor, config, () -> draws)
                    .scorer(References.builder().normal(references).build())) {
                return scorer.score(query.stream().map(extractor::image).toList());
            }
        }
    }
}
