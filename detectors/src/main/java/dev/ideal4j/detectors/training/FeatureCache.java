package dev.ideal4j.detectors.training;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.FeatureStore;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Features of a frozen backbone, computed once an image and kept in memory-mapped files: {@code
 * folder/fingerprint/key.f32}, raw little-endian float32 of {@code (N, C)}. The fingerprint covers weights and
 * preprocessing, the key the image. A file of the wrong length is computed again. Safe for several processes.
 */
public final class FeatureCache implements FeatureStore {
    private final FeatureExtractor extractor;
    private final Path folder;

    /**
     * @param folder created when needed
     * @param extractor computes what is not there yet; used, not closed
     */
    public FeatureCache(Path folder, FeatureExtractor extractor) {
        this.extractor = extractor;
        this.folder = folder.resolve(extractor.fingerprint());
    }

    /** The backbone. */
    public FeatureExtractor extractor() {
        return extractor;
    }

    /** The backbone, with features from here for images it has seen before. Closing it does nothing. */
    public FeatureExtractor cachedExtractor() {
        return StoredFeatures.of(extractor, this);
    }

    /**
     * An image's features.
     *
     * @return {@code (N, C)}, row-major; a new array
     * @throws FileAccessException if the cache cannot be read or written
     */
    public float[] features(TrainingImage image) {
        float[] features = find(image.key());
        if (features == null) {
            try (Scope scope = extractor.backend().scope()) {
                features = extractor.features(List.of(image.image()), scope).toArray();
            }
            keep(image.key(), features);
        }
        return features;
    }

    @Override
    public float[] find(String key) {
        float[] features = new float[extractor.patches() * extractor.width()];
        return read(file(key), features) ? features : null;
    }

    private Path file(String key) {
        return folder.resolve(key + ".f32");
    }

    private static boolean read(Path file, float[] features) {
        long bytes = (long) features.length * Float.BYTES;
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != bytes) {
                return false;
            }
            channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(features);
            return true;
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    @Override
    public void keep(String key, float[] features) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FileAccessException(folder, e);
        }
        ByteBuffer buffer = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(features);
        AtomicFile.write(file(key), out -> out.write(buffer.array()));
    }
}
