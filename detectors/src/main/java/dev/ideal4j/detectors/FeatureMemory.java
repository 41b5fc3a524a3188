package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureStore;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the network made of a product's known images. It takes part while a detector is fitted, and then only holds what was
 * used, for the next fit and for files. Thread-safe.
 */
final class FeatureMemory implements FeatureStore {
    private final Map<String, float[]> before;
    private final Map<String, float[]> used = Collections.synchronizedMap(new TreeMap<>());
    private volatile boolean open = true;

    /**
     * @param before what is known; not modified
     */
    FeatureMemory(Map<String, float[]> before) {
        this.before = before;
    }

    @Override
    public float[] find(String key) {
        float[] known = used.get(key);
        if (known == null) {
            known = before.get(key);
            if (known != null) {
                used.put(key, known);
            }
        }
        return known;
    }

    @Override
    public void keep(String key, float[] values) {
        used.put(key, values);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Ends the fit: from now on the network computes everything. */
    void end() {
        open = false;
    }

    /** What the fit used, by key. */
    Map<String, float[]> used() {
        return Collections.unmodifiableMap(used);
    }
}
