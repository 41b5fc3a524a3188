package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IDEAL without a trained encoder: known defects raise scores. */
class KnownDefectsDetectorTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";

    private static float[] patches(MadeUpParts parts, References references, RgbImage query) {
        return patches(parts, IdealConfig.PUBLISHED, references, query);
    }

    private static float[] patches(MadeUpParts parts, IdealConfig config, References references, RgbImage query) {
        try (IdealDetector ideal = IdealDetector.knownDefects(parts.extractor, config);
                FittedDetector fitted = ideal.fit(references)) {
            return fitted.score(query).patches().values();
        }
    }

    private static References.Builder normal(MadeUpParts parts) {
        return References.builder().normal(parts.image("a"), parts.image("b"));
    }

    /** A mask of all pixels of some patches. */
    private static Mask whole(int... patches) {
        int width = MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
        boolean[] pixels = new boolean[width * MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE];
        for (int patch : patches) {
            int first = patch / MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE * width
                    + patch % MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
            for (int y = 0; y < MadeUpParts.PATCH_SIZE; y++) {
                int row = first + y * width;
                Arrays.fill(pixels, row, row + MadeUpParts.PATCH_SIZE, true);
            }
        }
        return new Mask(width, MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE, pixels);
    }

    private static int[] all() {
        return IntStream.range(0, MadeUpParts.PATCHES).toArray();
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void raisesTheKnownDefectAndLowersNothing(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage query = parts.image("d", 7);
            float[] without = patches(parts, normal(parts).build(), query);
            References known = normal(parts)
                    .abnormal(parts.image("d", 7, 22), whole(7, 22))
                    .build();
            float[] with = patches(parts, known, query);
            assertThat(with[7]).as("the known defect").isGreaterThan(1.5f * without[7]);
            for (int patch = 0; patch < with.length; patch++) {
                assertThat(with[patch]).as("patch %d", patch).isGreaterThanOrEqualTo(without[patch]);
            }
            assertThat(patches(parts, known, query)).as("fitted again").isEqualTo(with);
        }
    }

    /** The reference and the query are scored alike by all backends. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void backendsAgreeWithTheReferenceBackend(String name) {
        List<float[]> found = new ArrayList<>();
        for (String each : List.of("reference", name)) {
            try (Backend backend = Backends.open(each)) {
                MadeUpParts parts = new MadeUpParts(backend);
                References known = normal(parts)
                        .abnormal(parts.image("d", 7, 8), whole(7, 8))
                        .abnormal(parts.image("e", 20), MadeUpParts.mask(20))
                        .build();
                found.add(patches(parts, known, parts.image("q", 7, 20)));
            }
        }
        assertClose("patch scores", found.get(1), found.get(0), 1e-5);
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aMaskOfTheWholeImageRaisesTheDefectMost(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage bad = parts.image("d", 7);
            RgbImage query = parts.image("d", 7, 15);
            float[] without = patches(parts, normal(parts).build(), query);
            float[] exact = patches(parts, normal(parts).abnormal(bad, whole(7)).build(), query);
            float[] wide =
                    patches(parts, normal(parts).abnormal(bad, whole(all())).build(), query);
            assertThat(wide[7]).isCloseTo(exact[7], withPercentage(1));
            double most = 0;
            for (int patch = 0; patch < wide.length; patch++) {
                if (patch != 7) {
                    most = Math.max(most, wide[patch] / without[patch]);
                }
            }
            assertThat(wide[7] / without[7]).isGreaterThan((float) most * 1.2f);
        }
    }

    /** One pixel is less than half a patch; a pixel of the last row touches no patch of the published patch mask. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aDefectSmallerThanAPatchIsKnown(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage bad = parts.image("d", 24);
            float[] without = patches(parts, normal(parts).build(), bad);
            int width = MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
            boolean[] corner = new boolean[width * MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE];
            corner[corner.length - width] = true;
            Mask last = new Mask(width, MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE, corner);
            for (Mask mask : List.of(MadeUpParts.mask(24), last)) {
                float[] with = patches(parts, normal(parts).abnormal(bad, mask).build(), bad);
                assertThat(with[24]).isGreaterThan(1.5f * without[24]);
            }
        }
    }

    /** The mask has twice the sides of the network's input, and its only pixel is not among those that resizing takes. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aDefectThatVanishesAtTheInputSizeHasNoEffect(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            int width = 2 * MadeUpParts.COLUMNS * MadeUpParts.PATCH_SIZE;
            int height = 2 * MadeUpParts.ROWS * MadeUpParts.PATCH_SIZE;
            boolean[] pixels = new boolean[width * height];
            pixels[width + 1] = true;
            RgbImage query = parts.image("q", 3);
            References vanished = normal(parts)
                    .abnormal(
                            parts.extractor.image(MadeUpParts.features("d", 0), width, height),
                            new Mask(width, height, pixels))
                    .build();
            assertThat(patches(parts, vanished, query))
                    .isEqualTo(patches(parts, normal(parts).build(), query));
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void withoutNormalReferencesUnknownDefectsScoreHighToo(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            References known =
                    References.builder().abnormal(parts.image("d", 7), whole(7)).build();
            float[] scores = patches(parts, known, parts.image("e", 20));
            for (int patch = 0; patch < scores.length; patch++) {
                if (patch != 20) {
                    assertThat(scores[20])
                            .as("the defect against patch %d", patch)
                            .isGreaterThan(scores[patch]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void pseudoMasksFindTheDefectThemselves(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            RgbImage bad = parts.image("d", 7);
            IdealConfig pseudo = IdealConfig.builder().pseudoMask(true).build();
            float[] found = patches(
                    parts, pseudo, normal(parts).abnormal(bad, whole(25)).build(), bad);
            float[] marked = patches(
                    parts, normal(parts).abnormal(bad, MadeUpParts.mask(7)).build(), bad);
            assertClose("patch scores", found, marked, 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aBatchHasTheBitsOfItsImagesAlone(String name) {
        try (Backend backend = Backends.open(name)) {
            MadeUpParts parts = new MadeUpParts(backend);
            List<RgbImage> queries = IntStream.range(0, 19)
                    .mapToObj(i -> parts.image("q" + i, i))
                    .toList();
            References known =
                    normal(parts).abnormal(parts.image("q3", 3), whole(3)).build();
            try (IdealDetector ideal = IdealDetector.knownDefects(parts.extractor);
                    FittedDetector fitted = ideal.fit(known)) {
                List<Anomaly> together = fitted.score(queries);
                for (int i = 0; i < queries.size(); i++) {
                    assertThat(together.get(i).patches().values())
                            .isEqualTo(fitted.score(queries.get(i)).patches().values());
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }
}
