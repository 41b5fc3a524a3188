package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Weights in memory. A program adds tensors and then uses the weights or writes them to a file. Adding tensors is not
 * thread-safe.
 */
public final class ArrayWeights implements Weights {
    private record Entry(Shape shape, float[] values) {}

    private final String origin;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * Creates weights without tensors.
     *
     * @param origin the result of {@link #origin()}
     */
    public ArrayWeights(String origin) {
        this.origin = origin;
    }

    /**
     * Adds or replaces a tensor.
     *
     * @param values the elements in row-major order; not copied
     * @return this object
     */
    public ArrayWeights put(String name, Shape shape, float[] values) {
        if (values.length != shape.size()) {
            throw new InvalidInputException(name, values.length + " values", shape.size() + " for shape " + shape);
        }
        entries.put(name, new Entry(shape, values));
        return this;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    @Override
    public Shape shape(String name) {
        return entry(name).shape();
    }

    @Override
    public float[] read(String name) {
        return entry(name).values().clone();
    }

    @Override
    public String origin() {
        return origin;
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new InvalidInputException(origin, "no tensor " + name, "one of its " + entries.size() + " tensors");
        }
        return entry;
    }
}
