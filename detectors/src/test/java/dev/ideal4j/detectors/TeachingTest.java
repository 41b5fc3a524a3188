package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Role;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Detectors that are taught more references, of every method. */
class TeachingTest {
    private static final int SIDE = 112;

    /** The training is this short because DevNet trains in each fit. */
    private static final Map<String, Object> SHORT = Map.of("fit-epochs", 1, "fit-steps", 1, "fit-batch", 1);

    @TempDir
    Path folder;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    static List<String> methods() {
        return List.of("ideal", "visionad", "patchcore", "anomalydino", "subspacead", "nagl", "fdsl", "devnet");
    }

    /** Methods with a backbone whose passes can be counted. */
    static List<String> methodsWithBackbone() {
        return methods().stream().filter(name -> !name.equals("devnet")).toList();
    }

    /** Methods that learn from defects and can be fitted without one. */
    static List<String> methodsThatDefectsCanBeAddedTo() {
        return methodsWithBackbone().stream()
                .filter(name -> DetectorMethods.named(name).usesAbnormal())
                .toList();
    }

    /** A part of two tones with noise, in a size of its own; with a dark square where it is defective. */
    private static RgbImage part(int seed, boolean defective) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * 150 * 130];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % 150;
            int y = i / 450;
            boolean spot = defective && x > 60 && x < 100 && y > 40 && y < 80;
            samples[i] = (byte) (spot ? 20 : (x / 10 % 2 == 0 ? 150 : 110) + random.nextInt(25));
        }
        return new RgbImage(150, 130, samples);
    }

    private static Mask spot() {
        boolean[] pixels = new boolean[150 * 130];
        for (int y = 41; y < 80; y++) {
            for (int x = 61; x < 100; x++) {
                pixels[y * 150 + x] = true;
            }
        }
        return new Mask(150, 130, pixels);
    }

    private static List<RgbImage> good(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(seed -> part(seed, false))
                .toList();
    }

    private static References.Builder references(int normal, boolean abnormal) {
        References.Builder builder = References.builder().normal(good(0, normal));
        return abnormal ? builder.abnormal(part(50, true), spot()) : builder;
    }

    private interface Use {
        void with(FewShotDetector detector, CountingExtractor passes, FeatureExtractor extractor);
    }

    private void withDetector(String name, Use use) {
        DetectorMethod method = DetectorMethods.named(name);
        Map<String, ?> chosen = name.equals("devnet") ? SHORT : Map.of();
        OptionValues values = OptionValues.of(method.options(), chosen);
        BackboneLoader loader = method.backbones(values);
        try (FeatureExtractor extractor = name.equals("devnet")
                        ? ResNet18Backbone.untrained(3, 32, backend)
                        : new BuiltinBackbone(backend, SIDE);
                CountingExtractor counting = new CountingExtractor(extractor);
                FewShotDetector detector =
                        method.detector(name.equals("devnet") ? extractor : counting.extractor(), null, 17, values)) {
            assertThat(loader).isNotNull();
            use.with(detector, counting, name.equals("devnet") ? extractor : counting.extractor());
        }
    }

    private static void assertSameBits(FittedDetector actual, FittedDetector expected) {
        List<RgbImage> queries = List.of(part(90, false), part(91, true));
        assertThat(actual.score(queries)).isEqualTo(expected.score(queries));
        assertThat(actual.rule()).isEqualTo(expected.rule());
        assertThat(actual.calibration().map(Calibration::good))
                .isEqualTo(expected.calibration().map(Calibration::good));
        assertThat(actual.calibration().map(Calibration::defects))
                .isEqualTo(expected.calibration().map(Calibration::defects));
        assertThat(actual.config()).isEqualTo(expected.config());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void addedReferencesGiveTheBitsOfAFitToAll(String name) {
        boolean abnormal = DetectorMethods.named(name).usesAbnormal();
        withDetector(name, (detector, passes, extractor) -> {
            References more = References.builder().normal(good(4, 2)).build();
            try (FittedDetector some = detector.fit(references(4, abnormal).build());
                    FittedDetector taught = some.with(more);
                    FittedDetector all = detector.fit(
                            references(4, abnormal).normal(good(4, 2)).build())) {
                assertSameBits(taught, all);
                assertThat(taught.references().all())
                        .extracting(References.Reference::name)
                        .contains("normal 5", "normal 6");
                assertThat(taught.history()).hasSize(2).last().isEqualTo("add: 2 normal");
                try (FittedDetector back = taught.without(List.of("normal 6", "normal 5"))) {
                    assertSameBits(back, some);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("methodsThatDefectsCanBeAddedTo")
    void addedDefectsGiveTheBitsOfAFitToAll(String name) {
        withDetector(name, (detector, passes, extractor) -> {
            References defect =
                    References.builder().abnormal(part(50, true), spot()).build();
            try (FittedDetector some = detector.fit(references(3, false).build());
                    FittedDetector taught = some.with(defect);
                    FittedDetector all = detector.fit(references(3, true).build())) {
                assertSameBits(taught, all);
                assertThat(taught.calibration().orElseThrow().defects()).hasSize(1);
            }
        });
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("methods")
    void savedAndLoadedIsTheSameAndCanBeTaughtWithoutPassesOfKnownImages(String name) {
        boolean abnormal = DetectorMethods.named(name).usesAbnormal();
        References more = References.builder().normal(good(4, 1)).build();
        withDetector(name, (detector, passes, extractor) -> {
            Path file = folder.resolve(name);
            try (FittedDetector fitted = detector.fit(references(4, abnormal).build());
                    FittedDetector taught = fitted.with(more)) {
                fitted.save(file);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                fitted.save(bytes);
                assertThat(file).hasBinaryContent(bytes.toByteArray());
                int before = passes.passes();
                try (FittedDetector loaded = FittedDetectors.load(file, extractor);
                        FittedDetector streamed =
                                FittedDetectors.load(new ByteArrayInputStream(bytes.toByteArray()), extractor)) {
                    assertThat(passes.passes()).as("passes of a load").isEqualTo(before);
                    assertSameBits(loaded, fitted);
                    assertSameBits(streamed, fitted);
                    assertThat(loaded.history()).isEqualTo(fitted.history());
                    int scored = passes.passes();
                    try (FittedDetector again = loaded.with(more)) {
                        int added = passes.passes() - scored;
                        assertSameBits(again, taught);
                        if (!name.equals("devnet")) {
                            assertThat(added).as("passes of an added image").isPositive();
                            assertThat(added).isLessThanOrEqualTo(passesOfAnImage(name));
                        }
                    }
                }
            }
        });
    }

    /**
     * VisionAD looks at a reference in six ways for each of three ways to look at queries; some of them are equal. The others
     * turn it.
     */
    private static int passesOfAnImage(String name) {
        return switch (name) {
            case "visionad" -> 18;
            case "anomalydino" -> 8;
            case "subspacead" -> 31;
            default -> 1;
        };
    }

    /** The left-out references need no passes of their own. */
    @ParameterizedTest
    @MethodSource("methodsWithBackbone")
    void calibrationCostsNoPass(String name) {
        withDetector(name, (detector, passes, extractor) -> {
            References references = references(5, false).build();
            try (FittedDetector plain = detector.fit(references, FitOptions.UNCALIBRATED)) {
                assertThat(plain.score(part(90, true)).verdict()).isEqualTo(Verdict.UNKNOWN);
            }
            int before = passes.passes();
            try (FittedDetector calibrated = detector.fit(references)) {
                assertThat(passes.passes() - before).isLessThanOrEqualTo(5 * passesOfAnImage(name));
                Calibration calibration = calibrated.calibration().orElseThrow();
                assertThat(calibration.source()).isEqualTo(Calibration.Source.LEAVE_ONE_OUT);
                assertThat(calibration.good()).hasSize(5);
            }
        });
    }

    @Test
    void eachLeftOutScoreIsThatOfAFitWithoutTheReference() {
        withDetector("ideal", (detector, passes, extractor) -> {
            References references = references(4, true).build();
            try (FittedDetector fitted = detector.fit(references)) {
                Calibration calibration = fitted.calibration().orElseThrow();
                for (int i = 0; i < 4; i++) {
                    References others = references.without(List.of("normal " + (i + 1)));
                    try (Scorer scorer = detector.scorer(others)) {
                        assertThat(calibration.good().get(i))
                                .isEqualTo(Calibration.Scores.of(scorer.score(part(i, false))));
                    }
                }
                try (Scorer scorer = detector.scorer(references.without(List.of("abnormal 1")))) {
                    assertThat(calibration.defects())
                            .containsExactly(Calibration.Scores.of(scorer.score(part(50, true))));
                }
            }
        });
    }

    @Test
    void separateImagesAreScoredByTheFinalDetector() {
        withDetector("ideal", (detector, passes, extractor) -> {
            References references = references(2, false)
                    .calibration(good(10, 3))
                    .calibrationDefects(List.of(part(60, true)))
                    .build();
            try (FittedDetector fitted = detector.fit(references)) {
                Calibration calibration = fitted.calibration().orElseThrow();
                assertThat(calibration.source()).isEqualTo(Calibration.Source.SEPARATE);
                assertThat(calibration.good())
                        .containsExactlyElementsOf(fitted.score(good(10, 3)).stream()
                                .map(Calibration.Scores::of)
                                .toList());
                assertThat(calibration.defects()).hasSize(1);
                assertThat(fitted.score(part(61, true)).verdict()).isEqualTo(Verdict.ANOMALOUS);
            }
        });
    }

    @Test
    void equalReferencesAreLeftOutTogether() {
        withDetector("ideal", (detector, passes, extractor) -> {
            References references = References.builder()
                    .normal(part(0, false), part(0, false), part(1, false))
                    .build();
            try (FittedDetector fitted = detector.fit(references)) {
                assertThat(fitted.calibration().orElseThrow().good())
                        .allSatisfy(scores -> assertThat(scores.image()).isGreaterThan(1e-4));
            }
        });
    }

    @Test
    void oneReferenceGivesNoVerdictWithoutThreshold() {
        withDetector("ideal", (detector, passes, extractor) -> {
            References one = references(1, false).build();
            try (FittedDetector fitted = detector.fit(one);
                    FittedDetector given = fitted.with(FitOptions.DEFAULT.withThreshold(0.001))) {
                assertThat(fitted.calibration()).isEmpty();
                assertThat(fitted.score(part(90, true)).verdict()).isEqualTo(Verdict.UNKNOWN);
                assertThat(fitted.score(part(90, true)).calibrated()).isNaN();
                assertThat(given.score(part(90, true)).verdict()).isEqualTo(Verdict.ANOMALOUS);
            }
        });
    }

    @Test
    void anotherRateMovesTheThresholdAlone() {
        withDetector("ideal", (detector, passes, extractor) -> {
            try (FittedDetector strict =
                            detector.fit(references(6, false).build(), FitOptions.DEFAULT.withMaxFalseAlarms(0.2));
                    FittedDetector lax = strict.with(FitOptions.DEFAULT.withMaxFalseAlarms(0.5))) {
                assertThat(lax.rule().orElseThrow().image().value())
                        .isLessThan(strict.rule().orElseThrow().image().value());
                assertThat(lax.score(part(90, false)).score())
                        .isEqualTo(strict.score(part(90, false)).score());
            }
        });
    }

    @Test
    void badInputIsRefused() {
        withDetector("ideal", (detector, passes, extractor) -> {
            References same =
                    references(2, false).calibration(List.of(part(1, false))).build();
            assertThatThrownBy(() -> detector.fit(same))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "calibration 1: found the image of the reference normal 2, expected a good image that is no "
                                    + "reference");
            for (double rate : new double[] {0, 1, -1, 2}) {
                assertThatThrownBy(() -> FitOptions.DEFAULT.withMaxFalseAlarms(rate))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("above 0 and below 1");
            }
            try (FittedDetector fitted = detector.fit(references(2, false).build())) {
                assertThatThrownBy(() -> fitted.without(List.of("normal 7")))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContainingAll("normal 7", "normal 1, normal 2");
                assertThatThrownBy(() -> fitted.without(List.of("normal 1", "normal 2")))
                        .isInstanceOf(InvalidInputException.class);
                References named = References.builder()
                        .add("normal 1x", Role.NORMAL, part(8, false), null, null)
                        .add("mine", Role.NORMAL, part(9, false), null, null)
                        .build();
                try (FittedDetector more = fitted.with(named)) {
                    assertThatThrownBy(() -> more.with(named))
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining("two images named normal 1x");
                }
            }
        });
    }
}
