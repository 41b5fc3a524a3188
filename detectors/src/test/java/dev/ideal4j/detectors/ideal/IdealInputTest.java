package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.ide.EncoderWeights;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Input that cannot be used: a typed error that says what and why, and nothing left behind. */
class IdealInputTest {
    private Backend backend;
    private MadeUpParts parts;

    @BeforeEach
    void open() {
        backend = Backends.open("reference");
        parts = new MadeUpParts(backend);
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private void assertRefused(IdealConfig config, References references, String... messageParts) {
        try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5, config)) {
            assertThatThrownBy(() -> ideal.scorer(references))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll(messageParts);
        }
    }

    @Test
    void noReferences() {
        assertThatThrownBy(() -> References.builder().build()).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anEncoderForAnotherBackbone() {
        SeededWeights narrow = new SeededWeights("narrow/", EncoderWeights.shapes(45, 16));
        assertThatThrownBy(() -> IdealDetector.of(narrow, parts.extractor, IdealConfig.PUBLISHED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("narrow/", "16", "32");
    }

    @Test
    void headsThatDoNotDivideTheWidth() {
        IdealConfig config = IdealConfig.builder().heads(5).build();
        assertThatThrownBy(() -> IdealDetector.untrained(parts.extractor, 5, config))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("5", "32");
    }

    @Test
    void anAbnormalReferenceWithoutADefect() {
        References references = References.builder()
                .normal(parts.image("a"))
                .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                .abnormal(parts.image("e"), MadeUpParts.mask())
                .build();
        assertRefused(IdealConfig.PUBLISHED, references, "mask of abnormal 2", "no pixel");
    }

    @Test
    void masksThatLeaveNothingNormal() {
        int[] all = IntStream.range(0, MadeUpParts.PATCHES).toArray();
        References references = References.builder()
                .abnormal(parts.image("d", 7), MadeUpParts.mask(all))
                .build();
        assertRefused(IdealConfig.PUBLISHED, references, "no normal image");
    }

    @Test
    void pseudoMasksWithoutNormalReferences() {
        References references = References.builder()
                .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                .build();
        assertRefused(IdealConfig.builder().pseudoMask(true).build(), references, "pseudo-mask");
    }

    @Test
    void featuresThatAreNotNumbers() {
        float[] broken = MadeUpParts.features("q");
        Arrays.fill(broken, 0, MadeUpParts.WIDTH, Float.NaN);
        RgbImage query = parts.extractor.image(broken);
        try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5);
                Scorer fitted = ideal.scorer(References.builder()
                        .normal(parts.image("a"))
                        .abnormal(parts.image("d", 7), MadeUpParts.mask(7))
                        .build())) {
            assertThatThrownBy(() -> fitted.score(query))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("finite");
        }
    }

    @Test
    void settingsOutOfRange() {
        assertThatThrownBy(() -> IdealConfig.builder().heads(0).build()).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> IdealConfig.builder().neighbours(0).build()).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> IdealConfig.builder().smoothing(-1).build()).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> IdealConfig.builder().smoothing(Float.NaN).build())
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> IdealConfig.builder().topFraction(0).build())
                .isInstanceOf(InvalidInputException.class);
    }
}
