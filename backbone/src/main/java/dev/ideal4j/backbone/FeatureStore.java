package dev.ideal4j.backbone;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stores features that a network computed, so that no image is computed twice. See {@link StoredFeatures}. */
public interface FeatureStore {
    /**
     * Finds stored values.
     *
     * @param key a key of letters, digits and hyphens
     * @return the values, or null if there are none; the caller must not modify them
     */
    float @Nullable [] find(String key);

    /**
     * Stores values.
     *
     * @param values the values; neither the store nor the caller may modify them
     */
    void keep(String key, float[] values);

    /** Whether the store is used. Otherwise the network computes all features, and nothing is stored. */
    default boolean isOpen() {
        return true;
    }

    /**
     * Runs work for which this store is used on the calling thread, even if it is not open otherwise. A store that is
     * no longer open stores nothing new.
     */
    default <T> T recalling(Supplier<T> work) {
        return work.get();
    }

    /** Returns a new store that keeps all values on the heap. Thread-safe. */
    static FeatureStore inMemory() {
        Map<String, float[]> known = new ConcurrentHashMap<>();
        return new FeatureStore() {
            @Override
            public float @Nullable [] find(String key) {
                return known.get(key);
            }

            @Override
            public void keep(String key, float[] values) {
                known.put(key, values);
            }
        };
    }
}
