package dev.ideal4j.detectors.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
    private static final int SIDE = 112;

    @TempDir
    private Path folder;

    private final AtomicInteger reads = new AtomicInteger();

    /** An image of noise; reads are counted. */
    private final class Noise implements TrainingImage {
        private final int seed;

        Noise(int seed) {
            this.seed = seed;
        }

        @Override
        public String key() {
            return "noise-" + seed;
        }

        @Override
        public RgbImage image() {
            reads.incrementAndGet();
            byte[] samples = new byte[3 * SIDE * SIDE];
            new Random(seed).nextBytes(samples);
            return new RgbImage(SIDE, SIDE, samples);
        }

        @Override
        public Mask mask() {
            return null;
        }
    }

    private List<TrainingImage> images(int count) {
        List<TrainingImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(new Noise(i));
        }
        return images;
    }

    @Test
    void imagesPreparedTogetherHaveTheBitsOfEachAloneAndAreReadOnce() {
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE)) {
            FeatureCache together = new FeatureCache(folder.resolve("together"), extractor);
            List<TrainingImage> images = images(11);
            images.add(images.get(0));
            together.prepare(images);
            assertThat(reads).hasValue(11);
            together.prepare(images);
            assertThat(reads).hasValue(11);
            FeatureCache each = new FeatureCache(folder.resolve("each"), extractor);
            for (TrainingImage image : images) {
                assertThat(together.features(image)).isEqualTo(each.features(image));
            }
        }
    }

    @Test
    void anImageThatCannotBeReadEndsItAndLeavesThoseBefore() {
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE)) {
            FeatureCache cache = new FeatureCache(folder, extractor);
            List<TrainingImage> images = images(6);
            images.set(4, new TrainingImage() {
                @Override
                public String key() {
                    return "torn";
                }

                @Override
                public RgbImage image() {
                    throw new InvalidInputException("torn.png", "nothing", "an image");
                }

                @Override
                public Mask mask() {
                    return null;
                }
            });
            assertThatThrownBy(() -> cache.prepare(images)).hasMessageContaining("torn.png");
            assertThat(cache.find("noise-3")).isNotNull();
            assertThat(cache.find("noise-5")).isNull();
        }
    }
}
