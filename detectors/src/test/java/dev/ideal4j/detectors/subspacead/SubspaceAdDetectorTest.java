package dev.ideal4j.detectors.subspacead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.Moments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The subspace, and what a fit keeps of the references. */
class SubspaceAdDetectorTest {
    private static RgbImage noise(long seed) {
        byte[] samples = new byte[3 * 112 * 112];
        new Random(seed).nextBytes(samples);
        return new RgbImage(112, 112, samples);
    }

    /** 30 turned copies of each reference would be 31 times the features of the references. */
    @Test
    void aFileHoldsNoFeaturesOfTurnedCopies() {
        References references = References.builder().normal(noise(1), noise(2)).build();
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, 112);
                FittedDetector fitted = new SubspaceAdDetector(extractor).fit(references);
                Scorer alone = new SubspaceAdDetector(extractor).scorer(references)) {
            int width = extractor.width();
            long each = 4L * (extractor.patches() * width + width * width) + 3 * 112 * 112;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            fitted.save(bytes);
            assertThat((long) bytes.size()).isLessThan(2 * each + (1 << 16));
            assertThat(alone.learnt()).isNull();
            assertThat(alone.score(noise(3)).patches())
                    .isEqualTo(fitted.score(noise(3)).patches());
            try (FittedDetector loaded =
                    FittedDetectors.load(new ByteArrayInputStream(bytes.toByteArray()), extractor)) {
                assertThat(loaded.score(noise(3))).isEqualTo(fitted.score(noise(3)));
            }
        }
    }

    @Test
    void partsHaveTheMomentsOfTheWhole() {
        Random random = new Random(4);
        float[] rows = new float[60 * 5];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = 100 + i % 5 * (float) random.nextGaussian();
        }
        Moments whole = new Moments(5);
        Moments parts = new Moments(5);
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            whole.add(rows, scope);
            for (int first = 0; first < 60; first += 20) {
                Moments part = new Moments(5);
                part.add(Arrays.copyOfRange(rows, first * 5, (first + 20) * 5), scope);
                parts.add(part);
            }
        }
        assertThat(parts.count()).isEqualTo(60);
        assertThat(parts.mean()).containsExactly(whole.mean(), within(1e-9));
        assertThat(parts.scatter()).containsExactly(whole.scatter(), within(1e-3));
    }

    @ParameterizedTest
    @EnumSource(Aggregation.class)
    void theImageScoreIsMadeOfTheMap(Aggregation aggregation) {
        float[] values = new float[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 37 + 11) % 200;
        }
        double expected =
                switch (aggregation) {
                    case TOP -> 189.5;
                    case MAX -> 199;
                    case MEAN -> 99.5;
                    case P99 -> 197.01;
                    case TOP5 -> 197;
                };
        assertThat((double) aggregation.of(values, 0.1)).isCloseTo(expected, within(1e-4));
    }
}
