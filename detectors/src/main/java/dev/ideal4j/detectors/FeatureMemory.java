package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureStore;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The features of a product's known images. During a fit it supplies stored features and collects new ones. After the fit it
 * only holds the features that were used, for the next fit and for files. Thread-safe.
 */
final class FeatureMemory implements FeatureStore {
    private final Map<String, float[]> before;
    private final Map<String, float[]> used = Collections.synchronizedMap(new TreeMap<>());
    private final TrainingListener listener;
    private final ThreadLocal<Boolean> recalling = new ThreadLocal<>();
    private volatile boolean open = true;

    /**
     * @param before features that are known already; not modified
     * @param listener told how many features are known after each computation
     */
    FeatureMemory(Map<String, float[]> before, TrainingListener listener) {
        this.before = before;
        this.listener = listener;
    }

    @Override
    public float @Nullable [] find(String key) {
        float[] known = used.get(key);
        if (known == null) {
            known = before.get(key);
            if (known != null && open) {
                used.put(key, known);
            }
        }
        return known;
    }

    @Override
    public void keep(String key, float[] values) {
        if (open) {
            used.put(key, values);
            listener.computed(used.size());
        }
    }

    @Override
    public boolean isOpen() {
        return open || recalling.get() != null;
    }

    @Override
    public <T> T recalling(Supplier<T> work) {
        recalling.set(true);
        try {
            return work.get();
        } finally {
            recalling.remove();
        }
    }

    /** Ends the fit: from now on the network computes all features, except within {@link #recalling}. */
    void end() {
        open = false;
    }

    /** The features that the fit used, by key. */
    Map<String, float[]> used() {
        return Collections.unmodifiableMap(used);
    }
}
