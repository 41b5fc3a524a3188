package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of IDEAL that hold for any weights. */
class IdealDetectorTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";

    /** Fits and scores one image. */
    private static Anomaly score(MadeUpParts parts, IdealConfig config, References references, RgbImage query) {
        try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5, config);
                Scorer fitted = ideal.scorer(references)) {
            return fitted.score(query);
        }
    }

    private static Anomaly score(MadeUpParts parts, References references, RgbImage query) {
        return score(parts, IdealConfig.PUBLISHED, references, query);
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void permutingNormalReferencesChangesNothing(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage[] normal = {parts.image("a"), parts.image("b"), parts.image("c")};
            RgbImage[] permuted = {normal[2], normal[0], normal[1]};
            RgbImage bad = parts.image("d", 7, 8);
            RgbImage query = parts.image("e", 20);
            Anomaly one = score(
                    parts,
                    References.builder()
                            .normal(normal)
                            .abnormal(bad, MadeUpParts.mask(7, 8))
                            .build(),
                    query);
            Anomaly other = score(
                    parts,
                    References.builder()
                            .normal(permuted)
                            .abnormal(bad, MadeUpParts.mask(7, 8))
                            .build(),
                    query);
            assertClose("patches", other.patches().values(), one.patches().values(), 1e-6);
            assertThat(other.score()).isCloseTo(one.score(), within(1e-6f));
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aQueryEqualToANormalReferenceScoresLowest(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage normal = parts.image("a");
            RgbImage bad = parts.image("d", 7, 8);
            References good =
                    References.builder().normal(normal, parts.image("b")).build();
            References both = References.builder()
                    .normal(good.normal())
                    .abnormal(bad, MadeUpParts.mask(7, 8))
                    .build();
            List<RgbImage> defective = IntStream.range(0, 10)
                    .mapToObj(i -> parts.image("query" + i, 3 * i))
                    .toList();
            try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5);
                    Scorer byDistance = ideal.scorer(good);
                    Scorer byDeviation = ideal.scorer(both)) {
                assertThat(byDistance.score(normal).score()).isCloseTo(0, within(1e-6f));
                assertThat(byDistance.score(parts.image("c")).score()).isGreaterThan(1e-3f);
                // Untrained vectors keep more or less of any residual by chance, but less than a defect adds.
                float lowest = byDeviation.score(normal).score();
                for (Anomaly other : byDeviation.score(defective)) {
                    assertThat(other.score()).isGreaterThan(lowest);
                }
                assertThat(highest(byDeviation.score(defective.get(2)).patches().values()))
                        .as("the defect")
                        .isEqualTo(6);
            }
        }
    }

    private static int highest(float[] values) {
        return IntStream.range(0, values.length)
                .reduce((i, j) -> values[j] > values[i] ? j : i)
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aBatchHasTheBitsOfItsImagesAlone(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References references = References.builder()
                    .normal(parts.image("a"))
                    .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                    .build();
            List<RgbImage> queries = IntStream.range(0, 19)
                    .mapToObj(i -> parts.image("q" + i, i))
                    .toList();
            try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5);
                    Scorer fitted = ideal.scorer(references)) {
                List<Anomaly> together = fitted.score(queries);
                assertThat(together).hasSize(19);
                for (int i = 0; i < queries.size(); i++) {
                    Anomaly alone = fitted.score(queries.get(i));
                    assertThat(together.get(i).score()).isEqualTo(alone.score());
                    assertThat(together.get(i).map().values())
                            .isEqualTo(alone.map().values());
                    assertThat(together.get(i).patches().values())
                            .isEqualTo(alone.patches().values());
                }
                assertThat(fitted.score(List.of())).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void referencesRunThroughTheNetworkOnce(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References references = References.builder()
                    .normal(parts.image("a"), parts.image("b"))
                    .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                    .build();
            try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5);
                    Scorer fitted = ideal.scorer(references)) {
                assertThat(parts.extractor.passes()).isEqualTo(3);
                fitted.score(parts.image("q"));
                assertThat(parts.extractor.passes()).isEqualTo(4);
            }
        }
    }

    /** Without abnormal references: 1 − ½(1 + cosine to the nearest normal patch). */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void normalReferencesAlone(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References references =
                    References.builder().normal(parts.image("a")).build();
            Anomaly anomaly = score(parts, references, parts.image("q", 3));
            float[] expected = new float[MadeUpParts.PATCHES];
            for (int patch = 0; patch < expected.length; patch++) {
                double nearest = -1;
                for (int other = 0; other < expected.length; other++) {
                    nearest = Math.max(nearest, cosine(patch, other));
                }
                expected[patch] = (float) (1 - (1 + nearest) / 2);
            }
            assertClose("1 − s_n", anomaly.patches().values(), expected, 1e-5);
        }
    }

    private static double cosine(int queryPatch, int normalPatch) {
        float[] query = MadeUpParts.features("q", 3);
        float[] normal = MadeUpParts.features("a");
        double dot = 0;
        double queryNorm = 0;
        double normalNorm = 0;
        for (int i = 0; i < MadeUpParts.WIDTH; i++) {
            double q = query[queryPatch * MadeUpParts.WIDTH + i];
            double n = normal[normalPatch * MadeUpParts.WIDTH + i];
            dot += q * n;
            queryNorm += q * q;
            normalNorm += n * n;
        }
        return dot / Math.sqrt(queryNorm * normalNorm);
    }

    /**
     * Without normal references, patches outside the masks stand in for the eraser: two half masked images make one normal
     * image. The score is s_a alone, which is twice the score with that image, ½(s_a + 1 − s_n), less 1 − s_n.
     */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void abnormalReferencesAlone(String name) {
        int half = MadeUpParts.PATCHES / 2;
        int[] top = IntStream.range(0, half).toArray();
        int[] bottom = IntStream.range(half, MadeUpParts.PATCHES).toArray();
        float[] outside = MadeUpParts.features("b");
        System.arraycopy(MadeUpParts.features("a"), half * MadeUpParts.WIDTH, outside, 0, half * MadeUpParts.WIDTH);
        System.arraycopy(MadeUpParts.features("b"), 0, outside, half * MadeUpParts.WIDTH, half * MadeUpParts.WIDTH);
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage first = parts.image("a");
            RgbImage second = parts.image("b");
            RgbImage query = parts.image("q", 3);
            References abnormal = References.builder()
                    .abnormal(first, MadeUpParts.mask(top))
                    .abnormal(second, MadeUpParts.mask(bottom))
                    .build();
            References both = References.builder()
                    .normal(parts.extractor.image(outside))
                    .abnormal(first, MadeUpParts.mask(top))
                    .abnormal(second, MadeUpParts.mask(bottom))
                    .build();
            References normal =
                    References.builder().normal(parts.extractor.image(outside)).build();
            float[] expected = score(parts, both, query).patches().values().clone();
            float[] unlike = score(parts, normal, query).patches().values();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = 2 * expected[i] - unlike[i];
            }
            assertClose("s_a", score(parts, abnormal, query).patches().values(), expected, 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void pseudoMasksMarkTheLongestResiduals(String name) {
        IdealConfig pseudo = IdealConfig.builder().pseudoMask(true).build();
        float[] features = MadeUpParts.features("d");
        for (int i = 0; i < MadeUpParts.WIDTH; i++) {
            features[11 * MadeUpParts.WIDTH + i] *= -50;
        }
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage normal = parts.image("a");
            RgbImage bad = parts.extractor.image(features);
            RgbImage query = parts.image("q", 3);
            References marked = References.builder()
                    .normal(normal)
                    .abnormal(bad, MadeUpParts.mask(11))
                    .build();
            References unmarked = References.builder()
                    .normal(normal)
                    .abnormal(bad, MadeUpParts.mask())
                    .build();
            assertThat(score(parts, pseudo, unmarked, query).patches().values())
                    .isEqualTo(score(parts, marked, query).patches().values());
        }
    }

    /**
     * A defect in the last column, which no patch's window covers: in float32 all attention scores drown alike, so neither
     * keys nor positions matter. The reference backend computes in float64, where they do not drown.
     */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void aDefectThatMarksNoPatchMeansUniformAttention(String name) {
        int width = MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
        int height = MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE;
        boolean[] pixels = new boolean[width * height];
        pixels[width - 1] = true;
        Mask lastColumn = new Mask(width, height, pixels);
        float[] features = MadeUpParts.features("d", 7);
        float[] reversed = new float[features.length];
        for (int patch = 0; patch < MadeUpParts.PATCHES; patch++) {
            int from = (MadeUpParts.PATCHES - 1 - patch) * MadeUpParts.WIDTH;
            System.arraycopy(features, from, reversed, patch * MadeUpParts.WIDTH, MadeUpParts.WIDTH);
        }
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage query = parts.image("q", 3);
            References.Builder one = References.builder().normal(parts.image("a"));
            References.Builder other = References.builder().normal(parts.image("a"));
            one.abnormal(parts.extractor.image(features), lastColumn);
            other.abnormal(parts.extractor.image(reversed), lastColumn);
            assertClose(
                    "patches in another order",
                    score(parts, other.build(), query).patches().values(),
                    score(parts, one.build(), query).patches().values(),
                    1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void imageScoreIsTheMeanOfTheHighestPatches(String name) {
        IdealConfig config = IdealConfig.builder().topFraction(0.1).build();
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References references =
                    References.builder().normal(parts.image("a")).build();
            Anomaly anomaly = score(parts, config, references, parts.image("q", 3, 4, 5, 6));
            float[] sorted = anomaly.patches().values().clone();
            Arrays.sort(sorted);
            int last = sorted.length - 1;
            assertThat(anomaly.score())
                    .isCloseTo((sorted[last] + sorted[last - 1] + sorted[last - 2]) / 3, within(1e-6f));
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void memoryIsFreed(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References references = References.builder()
                    .normal(parts.image("a"))
                    .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                    .build();
            try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5)) {
                long detector = backend.liveBytes();
                assertThat(detector).isPositive();
                try (Scorer fitted = ideal.scorer(references)) {
                    long fittedBytes = backend.liveBytes();
                    fitted.score(parts.image("q"));
                    assertThat(backend.liveBytes()).isEqualTo(fittedBytes);
                }
                assertThat(backend.liveBytes()).isEqualTo(detector);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }
}
