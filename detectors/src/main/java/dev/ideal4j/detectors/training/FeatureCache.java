package dev.ideal4j.detectors.training;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.FeatureStore;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Pipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Features of a frozen backbone, computed once per image and kept in memory-mapped files: {@code
 * folder/fingerprint/key.f32}, raw little-endian float32 of {@code (N, C)}. The fingerprint covers weights and
 * preprocessing, and the key covers the image. A file of the wrong length is computed again. Safe for several processes.
 */
public final class FeatureCache implements FeatureStore {
    private final FeatureExtractor extractor;
    private final Path folder;

    /**
     * @param folder folder of all caches; created if it is missing
     * @param extractor computes missing features; used, not closed
     */
    public FeatureCache(Path folder, FeatureExtractor extractor) {
        this.extractor = extractor;
        this.folder = folder.resolve(extractor.fingerprint());
    }

    /** The backbone. */
    public FeatureExtractor extractor() {
        return extractor;
    }

    /** The backbone with this cache: features of known images are read from files. Closing it has no effect. */
    public FeatureExtractor cachedExtractor() {
        return StoredFeatures.of(extractor, this);
    }

    /**
     * Computes the features that are missing. Images are read ahead and run through the network in batches.
     *
     * @throws dev.ideal4j.core.Ideal4jException if an image cannot be read, or the cache cannot be read or written; features
     *     computed before are kept
     */
    public void prepare(List<TrainingImage> images) {
        Map<String, TrainingImage> missing = new LinkedHashMap<>();
        for (TrainingImage image : images) {
            if (!isKept(image.key())) {
                missing.put(image.key(), image);
            }
        }
        if (!missing.isEmpty()) {
            Pipeline.run(List.copyOf(missing.keySet()), extractor.backend().imagesAtOnce(), new Filling(missing));
        }
    }

    /** The pipeline stages that compute missing features. */
    private final class Filling implements Pipeline.Stages<String, RgbImage, float[]> {
        private final Map<String, TrainingImage> images;

        Filling(Map<String, TrainingImage> images) {
            this.images = images;
        }

        @Override
        public RgbImage read(String key) {
            return images.get(key).image();
        }

        @Override
        public long pixels(RgbImage image) {
            return (long) image.width() * image.height();
        }

        @Override
        public List<float[]> score(List<RgbImage> some) {
            try (Scope scope = extractor.backend().scope()) {
                Tensor features = extractor.features(some, scope);
                return IntStream.range(0, some.size())
                        .mapToObj(i -> features.slice(i, 1).toArray())
                        .toList();
            }
        }

        @Override
        public boolean write(List<Pipeline.Item<String, RgbImage, float[]>> items) {
            for (Pipeline.Item<String, RgbImage, float[]> item : items) {
                if (item.failure() != null) {
                    throw item.failure();
                }
                keep(item.file(), item.result());
            }
            return true;
        }
    }

    /**
     * An image's features.
     *
     * @return {@code (N, C)}, row-major; a new array
     * @throws FileAccessException if the cache cannot be read or written
     */
    public float[] features(TrainingImage image) {
        prepare(List.of(image));
        return find(image.key());
    }

    private boolean isKept(String key) {
        Path file = file(key);
        try {
            return Files.exists(file)
                    && Files.size(file) == (long) extractor.patches() * extractor.width() * Float.BYTES;
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    @Override
    public float[] find(String key) {
        float[] features = new float[extractor.patches() * extractor.width()];
        if (!isKept(key)) {
            return null;
        }
        Path file = file(key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.map(FileChannel.MapMode.READ_ONLY, 0, (long) features.length * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(features);
            return features;
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    private Path file(String key) {
        return folder.resolve(key + ".f32");
    }

    @Override
    public void keep(String key, float[] features) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
        ByteBuffer buffer = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(features);
        AtomicFile.write(file(key), out -> out.write(buffer.array()));
    }
}
