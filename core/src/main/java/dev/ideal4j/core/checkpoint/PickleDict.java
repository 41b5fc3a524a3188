package dev.ideal4j.core.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A dict from a pickle, as pairs in the order of the file. It is not a hash map, because the keys are arbitrary
 * untrusted objects.
 */
final class PickleDict {
    private final List<Object> keys = new ArrayList<>(0);
    private final List<Object> values = new ArrayList<>(0);

    void put(Object key, @Nullable Object value) {
        keys.add(key);
        values.add(value);
    }

    /** The last value that was put under a text key, or null. */
    @Nullable
    Object get(String key) {
        int at = keys.lastIndexOf(key);
        return at < 0 ? null : values.get(at);
    }

    void forEach(BiConsumer<Object, Object> action) {
        for (int i = 0; i < keys.size(); i++) {
            action.accept(keys.get(i), values.get(i));
        }
    }
}
