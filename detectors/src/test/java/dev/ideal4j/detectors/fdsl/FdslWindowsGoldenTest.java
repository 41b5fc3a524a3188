package dev.ideal4j.detectors.fdsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.Clip;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FDSL's windows as the published test program computes them, from the image files to the map. */
@Tag("golden")
class FdslWindowsGoldenTest {
    private static final String FOLDER = "rivals/fdsl_windows/";

    /**
     * Half precision decides some matches by its last bit, so a few patches flip with any other rounding of the tokens: the
     * published float32 is up to 3e-3 from its own float64 on the map.
     */
    private static final double LARGEST = 1e-2;

    private static final double MEAN = 2e-4;

    static Stream<String> fast() {
        return TestBackends.fast();
    }

    private static FdslConfig config(boolean windowBank) {
        return new FdslConfig(
                true,
                true,
                true,
                true,
                FdslConfig.Alignment.MULMAX,
                FdslConfig.Windows.MERGED,
                13,
                8,
                13,
                windowBank,
                false,
                0.5f,
                240);
    }

    /** The bank is rounded to half, so the largest dot product is not the largest cosine; both banks of windows. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void aBankRoundedToHalfIsSearchedByDotProduct(String name) {
        Fixture values = Fixture.open("rivals/fdsl_half_bank_match.safetensors");
        int[] shape = values.shape("bank");
        int[] queries = values.shape("query");
        double[] expected = values.doubles("expected_match");
        for (boolean windowBank : new boolean[] {true, false}) {
            ArrayWeights tokens = new ArrayWeights("fixture");
            try (Backend backend = Backends.open(name);
                    Scope scope = backend.scope()) {
                ReferenceMemory.putWhole(tokens, 0, scope.upload(values.floats("bank"), shape));
                ReferenceMemory.putWindows(tokens, 0, values.floats("bank"), shape[1]);
                ReferenceMemory memory = new ReferenceMemory(tokens, 1, shape[1], config(windowBank), scope);
                int[] found = memory.forWindows(0, null, scope).match(scope.upload(values.floats("query"), queries));
                for (int i = 0; i < found.length; i++) {
                    assertThat((double) found[i])
                            .as("match of query %d, bank of windows: %s", i, windowBank)
                            .isEqualTo(expected[i]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fast")
    void windowsAgainstWindows(String name) {
        check(name, true, "mul_13_8_k1/", "ref0.png");
    }

    @ParameterizedTest
    @MethodSource("fast")
    void windowsAgainstWholeReferences(String name) {
        check(name, false, "mul_13_8_wholebank/", "ref0.png", "ref1.png");
    }

    private static void check(String name, boolean windowBank, String group, String... references) {
        Fixture values = Fixture.open(FOLDER + "fdsl_windows.safetensors");
        Clip.Options options = new Clip.Options(518, 518, 2, List.of(3, 6, 9, 12), Clip.Options.FDSL.activation());
        try (Backend backend = Backends.open(name);
                Clip clip = Clip.load(Fixture.file(FOLDER + "clip_128.pt"), options, backend);
                FdslDetector detector =
                        FdslDetector.load(Fixture.file(FOLDER + "head_128.pth"), clip, config(windowBank));
                Scorer fitted = detector.scorer(References.builder()
                        .normal(Stream.of(references)
                                .map(FdslWindowsGoldenTest::image)
                                .toList())
                        .build())) {
            Anomaly anomaly = fitted.score(image("query.png"));
            assertThat((double) anomaly.score()).isCloseTo(values.floats(group + "p")[0], within(LARGEST));
            float[] expected = values.floats(group + "map");
            float[] actual = anomaly.map().values();
            assertThat(actual).hasSameSizeAs(expected);
            double largest = 0;
            double sum = 0;
            for (int i = 0; i < actual.length; i++) {
                double error = Math.abs(actual[i] - expected[i]);
                largest = Math.max(largest, error);
                sum += error;
            }
            assertThat(largest).as("largest error of the map").isLessThan(LARGEST);
            assertThat(sum / actual.length).as("mean error of the map").isLessThan(MEAN);
        }
    }

    private static RgbImage image(String file) {
        return ImageReader.read(Fixture.file(FOLDER + file));
    }
}
