package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.AtOnce;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.GivenFeatures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatchScoringTest {
    /** A device that takes eight images at once but has memory for three. The results are those of a device with enough. */
    @Test
    void aDeviceWithTooLittleMemoryTakesFewerImagesAtATime() {
        try (Backend backend = Backends.open("cpu")) {
            GivenFeatures given = new GivenFeatures(AtOnce.of(backend, 8), 2, 2, 14, 1, "given");
            List<RgbImage> images = IntStream.range(0, 13)
                    .mapToObj(i -> given.image(SeededValues.uniform("features" + i, 4, 1, 0)))
                    .toList();
            List<Integer> sizes = new ArrayList<>();
            PatchScoring scoring = new PatchScoring(given, 1, 2);
            List<Anomaly> found = scoring.byFeatures(images, (features, scope) -> {
                int count = features.shape().axis(0);
                sizes.add(count);
                if (count > 3) {
                    throw new OutOfDeviceMemoryException("test", count, 3);
                }
                return features.reshape(count, 4);
            });
            assertThat(sizes).containsExactly(8, 4, 2, 2, 2, 2, 2, 2, 1);
            List<Anomaly> expected = scoring.byFeatures(
                    images,
                    (features, scope) -> features.reshape(features.shape().axis(0), 4));
            assertThat(found).hasSize(13).isEqualTo(expected);
        }
    }

    @Test
    void whatAnImageGotBeforeMemoryRanOutDoesNotComeTwice() {
        try (Backend backend = Backends.open("cpu")) {
            GivenFeatures given = new GivenFeatures(backend, 2, 2, 14, 1, "given");
            List<RgbImage> images = IntStream.range(0, 13)
                    .mapToObj(i -> given.image(new float[] {i, i, i, i}))
                    .toList();
            AtomicInteger calls = new AtomicInteger();
            List<Anomaly> found =
                    PatchScoring.each(given, images, Collections.nCopies(13, null), (features, ignored) -> {
                        if (calls.incrementAndGet() == 3) {
                            throw new OutOfDeviceMemoryException("test", 3, 2);
                        }
                        float value = features.toArray()[0];
                        ScoreMap map = new ScoreMap(1, 1, new float[] {value});
                        return new Anomaly(value, map, map);
                    });
            assertThat(found.stream().map(Anomaly::score))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 13).mapToObj(i -> (float) i).toList());
        }
    }
}
