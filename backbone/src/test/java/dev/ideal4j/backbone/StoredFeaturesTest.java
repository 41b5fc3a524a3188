package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.backbone.cnn.CnnBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.ops.Activation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Features that are kept, and images that are resized before they are kept. */
class StoredFeaturesTest {
    private static final VitConfig TINY = new VitConfig(12, 2, 2, 24, false, 0, 14, 3, VitConfig.Position.PLAIN);

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

    /** A store in memory that counts the lookups that found something. */
    private static final class Store implements FeatureStore {
        private final Map<String, float[]> kept = new HashMap<>();
        private int hits;
        private boolean open = true;

        @Override
        public float[] find(String key) {
            hits += kept.containsKey(key) ? 1 : 0;
            return kept.get(key);
        }

        @Override
        public void keep(String key, float[] values) {
            assertThat(kept.put(key, values)).isNull();
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    private static RgbImage image(int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }

    private List<FeatureExtractor> extractors() {
        DinoV2.Options cut = DinoV2.Options.DEFAULT.withInput(56, 56).withResize(PillowResize.Filter.BILINEAR, 4);
        return List.of(
                new BuiltinBackbone(backend, 112),
                new DinoV2(VitWeights.seeded(TINY, "stored/"), cut.withHeads(2), backend),
                ResNet18Backbone.untrained(3, 64, backend),
                CnnBackbone.seeded("mobilenet_v2", "a/", CnnBackbone.Options.DEFAULT.withInput(64, 96), backend));
    }

    @Test
    void aResizedImageHasTheFeaturesOfTheImage() {
        for (FeatureExtractor extractor : extractors()) {
            try (extractor;
                    Scope scope = backend.scope()) {
                RgbImage image = image(1, 130, 71);
                RgbImage resized = extractor.resized(image);
                assertThat(resized.width()).isLessThan(113);
                assertThat(extractor.resized(resized)).isEqualTo(resized);
                assertThat(extractor.features(List.of(resized), scope).toArray())
                        .as(extractor.name())
                        .isEqualTo(extractor.features(List.of(image), scope).toArray());
            }
        }
    }

    @Test
    void storedFeaturesHaveTheBitsOfTheNetwork() {
        for (FeatureExtractor extractor : extractors()) {
            Store store = new Store();
            FeatureExtractor stored = StoredFeatures.of(extractor, store);
            List<RgbImage> images = List.of(image(1, 60, 60), image(2, 80, 40), image(1, 60, 60));
            try (extractor;
                    Scope scope = backend.scope()) {
                float[] expected = extractor.features(images, scope).toArray();
                stored.features(images.subList(0, 1), scope);
                assertThat(stored.features(images.subList(0, 2), scope).shape().axis(0))
                        .isEqualTo(2);
                assertThat(stored.features(images, scope).toArray())
                        .as(extractor.name())
                        .isEqualTo(expected);
                assertThat(store.kept).hasSize(2);
                assertThat(stored instanceof PixelExtractor).isEqualTo(extractor instanceof PixelExtractor);
                store.open = false;
                int hits = store.hits;
                assertThat(stored.features(images, scope).toArray()).isEqualTo(expected);
                assertThat(store.hits).isEqualTo(hits);
                assertThat(StoredFeatures.inUse(stored)).isFalse();
            }
        }
    }

    @Test
    void pixelsAndEmbeddingsAreStoredToo() {
        Store store = new Store();
        try (BuiltinBackbone extractor = new BuiltinBackbone(backend, 112);
                Scope scope = backend.scope()) {
            PixelExtractor stored = (PixelExtractor) StoredFeatures.of(extractor, store);
            assertThat(stored.features(new float[0], 0, scope).shape().axis(0)).isZero();
            assertThat(stored.imageEmbeddings(new float[0], 0, scope).shape().axis(0))
                    .isZero();
            float[] pixels = extractor.pixels(List.of(image(1, 60, 60), image(2, 80, 40)));
            for (int time = 0; time < 2; time++) {
                assertThat(stored.features(pixels, 2, scope).toArray())
                        .isEqualTo(extractor.features(pixels, 2, scope).toArray());
                assertThat(stored.imageEmbeddings(pixels, 2, scope).toArray())
                        .isEqualTo(extractor.imageEmbeddings(pixels, 2, scope).toArray());
            }
            assertThat(store.kept).hasSize(4);
            assertThat(store.hits).isEqualTo(4);
        }
    }

    @Test
    void encodedTokensAreStoredToo() {
        Store store = new Store();
        VitConfig tiny = new VitConfig(
                64,
                4,
                1,
                96,
                false,
                0,
                14,
                3,
                VitConfig.Position.REGISTERS,
                VitConfig.Style.clip(Activation.QUICK_GELU, 24));
        VitWeights weights = VitWeights.of(ClipNames.official(tiny, "clip/"));
        try (Clip clip = new Clip(weights, Clip.Options.FDSL.withInput(56, 42).withBlocks(List.of(1, 3)), backend);
                Scope scope = backend.scope()) {
            PixelExtractor stored = (PixelExtractor) StoredFeatures.of(clip, store);
            Tensor pixels = scope.upload(clip.pixels(List.of(image(1, 60, 60), image(2, 80, 40))), 2, 3, 56, 42);
            PixelExtractor.Encoded expected = clip.encode(pixels, scope);
            for (int time = 0; time < 2; time++) {
                PixelExtractor.Encoded encoded = stored.encode(pixels, scope);
                assertThat(encoded.tokens().toArray())
                        .isEqualTo(expected.tokens().toArray());
                assertThat(encoded.tokens().shape()).isEqualTo(expected.tokens().shape());
                assertThat(encoded.embedding().shape())
                        .isEqualTo(expected.embedding().shape());
                assertThat(encoded.embedding().toArray())
                        .isEqualTo(expected.embedding().toArray());
            }
            assertThat(store.hits).isEqualTo(2);
            // The same values in another shape are another image.
            Tensor tall = scope.allocate(1, 3, 56, 42);
            Tensor wide = scope.allocate(1, 3, 42, 56);
            stored.encode(tall, scope);
            assertThat(stored.encode(wide, scope).tokens().toArray())
                    .isEqualTo(clip.encode(wide, scope).tokens().toArray())
                    .isNotEqualTo(clip.encode(tall, scope).tokens().toArray());
        }
    }
}
