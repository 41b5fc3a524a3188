package dev.ideal4j.backbone;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Keeps what a network computed, so that no image goes through it twice. See {@link StoredFeatures}. */
public interface FeatureStore {
    /**
     * What was kept.
     *
     * @param key of letters, digits and hyphens
     * @return the values, or null if there are none; not to be modified
     */
    float[] find(String key);

    /**
     * Keeps values.
     *
     * @param values not modified, here or later
     */
    void keep(String key, float[] values);

    /** Whether the store takes part; if not, the network computes everything, and nothing is kept. */
    default boolean isOpen() {
        return true;
    }

    /**
     * Does work for which this store takes part on the calling thread, also if it does not take part otherwise. A store that
     * no longer takes part keeps nothing new.
     */
    default <T> T recalling(Supplier<T> work) {
        return work.get();
    }

    /** A new store that keeps everything on the heap. Thread-safe. */
    static FeatureStore inMemory() {
        Map<String, float[]> known = new ConcurrentHashMap<>();
        return new FeatureStore() {
            @Override
            public float[] find(String key) {
                return known.get(key);
            }

            @Override
            public void keep(String key, float[] values) {
                known.put(key, values);
            }
        };
    }
}
