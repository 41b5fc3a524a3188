package dev.ideal4j.detectors.training;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A backbone that runs only for images that are not in the cache yet, told by their pixels. Does not own the backbone. */
final class CachedExtractor implements FeatureExtractor {
    private final FeatureCache cache;
    private final FeatureExtractor extractor;

    CachedExtractor(FeatureCache cache) {
        this.cache = cache;
        this.extractor = cache.extractor();
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope scope) {
        Tensor features = scope.allocate(images.size(), patches(), width());
        for (int i = 0; i < images.size(); i++) {
            features.slice(i, 1).write(cache.features(new Seen(images.get(i))));
        }
        return features;
    }

    /** An image keyed by its pixels. */
    private record Seen(RgbImage image) implements TrainingImage {
        @Override
        public String key() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                        .putInt(image.width())
                        .putInt(image.height())
                        .flip());
                return "pixels-" + HexFormat.of().formatHex(digest.digest(image.samples()));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public Mask mask() {
            return null;
        }
    }

    @Override
    public String name() {
        return extractor.name();
    }

    @Override
    public String fingerprint() {
        return extractor.fingerprint();
    }

    @Override
    public Backend backend() {
        return extractor.backend();
    }

    @Override
    public Lifetime.Call use() {
        return extractor.use();
    }

    @Override
    public int width() {
        return extractor.width();
    }

    @Override
    public int inputHeight() {
        return extractor.inputHeight();
    }

    @Override
    public int inputWidth() {
        return extractor.inputWidth();
    }

    @Override
    public int patchSize() {
        return extractor.patchSize();
    }

    @Override
    public void close() {
        // The backbone stays open: it is the caller's.
    }
}
