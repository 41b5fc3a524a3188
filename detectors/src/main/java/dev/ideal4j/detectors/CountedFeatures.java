package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureStore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Tells a listener how many features were computed, and stores none of them. Thread-safe. */
final class CountedFeatures implements FeatureStore {
    private final TrainingListener listener;
    private final AtomicInteger computed = new AtomicInteger();
    private volatile boolean open = true;

    CountedFeatures(TrainingListener listener) {
        this.listener = listener;
    }

    @Override
    public float @Nullable [] find(String key) {
        return null;
    }

    @Override
    public void keep(String key, float[] values) {
        listener.computed(computed.incrementAndGet());
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Ends the count: from now on the network is used without this store. */
    void end() {
        open = false;
    }
}
