package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backbone whose network runs only for images that are not yet in a store. Images are identified by the SHA-256 of
 * their pixels, so the features equal those of the network bit for bit. This class does not own the backbone.
 */
public sealed class StoredFeatures implements FeatureExtractor permits StoredPixelFeatures {
    /** Number of images per call of the backbone. It avoids holding the features of all images in memory twice. */
    private static final int AT_A_TIME = 8;

    /** The wrapped backbone. */
    final FeatureExtractor extractor;

    /** The store of known features. */
    final FeatureStore store;

    StoredFeatures(FeatureExtractor extractor, FeatureStore store) {
        this.extractor = extractor;
        this.store = store;
    }

    /**
     * Returns a backbone with a store. For a {@link PixelExtractor}, the result is a {@link PixelExtractor} too.
     *
     * @param extractor the backbone; not closed. If it already has a store that is no longer open, this store is
     *     removed
     */
    public static FeatureExtractor of(FeatureExtractor extractor, FeatureStore store) {
        FeatureExtractor plain =
                extractor instanceof StoredFeatures stored && !stored.store.isOpen() ? stored.extractor : extractor;
        return plain instanceof PixelExtractor pixels
                ? new StoredPixelFeatures(pixels, store)
                : new StoredFeatures(plain, store);
    }

    /** Whether features currently come from a store, not only from the network. */
    public static boolean inUse(FeatureExtractor extractor) {
        return extractor instanceof StoredFeatures stored && stored.store.isOpen();
    }

    /** Runs work for which the store of a backbone is used; see {@link FeatureStore#recalling}. */
    public static <T> T recalling(@Nullable FeatureExtractor extractor, Supplier<T> work) {
        return extractor instanceof StoredFeatures stored ? stored.store.recalling(work) : work.get();
    }

    /** Computes values for some of the items. */
    interface Missing {
        /**
         * Returns the values of all items in the order of {@code items}, concatenated. All items have the same length.
         */
        float[] compute(List<Integer> items);
    }

    /** Returns the values of each item, from the store or computed. Computed values are stored. */
    final float[][] values(List<String> keys, Missing missing) {
        float[][] values = new float[keys.size()][];
        List<Integer> unknown = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            values[i] = store.find(keys.get(i));
            if (values[i] == null) {
                unknown.add(i);
            }
        }
        for (int first = 0; first < unknown.size(); first += AT_A_TIME) {
            List<Integer> some = unknown.subList(first, Math.min(unknown.size(), first + AT_A_TIME));
            float[] computed = missing.compute(some);
            int length = computed.length / some.size();
            for (int i = 0; i < some.size(); i++) {
                int item = some.get(i);
                values[item] = new float[length];
                System.arraycopy(computed, i * length, values[item], 0, length);
                store.keep(keys.get(item), values[item]);
            }
        }
        return values;
    }

    /** Uploads the values of all items as one tensor. */
    static Tensor upload(float[][] values, Scope scope, int... itemShape) {
        int[] shape = new int[itemShape.length + 1];
        shape[0] = values.length;
        System.arraycopy(itemShape, 0, shape, 1, itemShape.length);
        Tensor tensor = scope.allocate(shape);
        for (int i = 0; i < values.length; i++) {
            tensor.slice(i, 1).write(values[i]);
        }
        return tensor;
    }

    @Override
    public Tensor features(List<RgbImage> images, Scope scope) {
        if (!store.isOpen()) {
            return extractor.features(images, scope);
        }
        List<String> keys = images.stream().map(StoredFeatures::key).toList();
        float[][] values = values(keys, items -> {
            try (Scope local = backend().scope()) {
                return extractor
                        .features(items.stream().map(images::get).toList(), local)
                        .toArray();
            }
        });
        return upload(values, scope, patches(), width());
    }

    /** Returns the key of an image's features. It depends on the size and the pixels of the image, not on its file. */
    public static String key(RgbImage image) {
        return "image-" + image.fingerprint();
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
    public Map<String, String> identity() {
        return extractor.identity();
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
    public int layers() {
        return extractor.layers();
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
    public int gridRows() {
        return extractor.gridRows();
    }

    @Override
    public int gridColumns() {
        return extractor.gridColumns();
    }

    @Override
    public RgbImage resized(RgbImage image) {
        return extractor.resized(image);
    }

    @Override
    public final void close() {
        // The backbone stays open because it belongs to the caller.
    }
}
