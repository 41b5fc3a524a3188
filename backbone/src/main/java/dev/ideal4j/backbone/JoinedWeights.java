package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights whose tensors are rows of one or several tensors of a source, for instance of query, key and value if the
 * source stores them separately.
 */
abstract class JoinedWeights implements Weights {
    /** The source of the tensors. */
    final Weights source;

    /** Maps each name to the names in the source whose rows form the tensor, in order. */
    final Map<String, List<String>> parts = new LinkedHashMap<>();

    JoinedWeights(Weights source) {
        this.source = source;
    }

    /**
     * Returns the names in the source whose rows form a tensor.
     *
     * @throws InvalidInputException if there is no such tensor
     */
    final List<String> sources(String name) {
        List<String> names = parts.get(name);
        if (names == null) {
            throw new InvalidInputException(source.origin(), "no tensor " + name, "one of " + parts.size() + " others");
        }
        return names;
    }

    /** Returns the shape of the concatenated tensors of the source. */
    final Shape joinedShape(List<String> names) {
        Shape first = source.shape(names.get(0));
        if (names.size() == 1) {
            return first;
        }
        int rows = 0;
        for (String part : names) {
            Shape shape = source.shape(part);
            if (shape.rank() == 0 || !shape.withFirst(0).equals(first.withFirst(0))) {
                throw new InvalidInputException(
                        source.origin() + ", tensor " + part,
                        "shape " + shape,
                        "that of " + names.get(0) + ", " + first);
            }
            rows = Math.addExact(rows, shape.axis(0));
        }
        return first.withFirst(rows);
    }

    @Override
    public final Set<String> names() {
        return Collections.unmodifiableSet(parts.keySet());
    }

    @Override
    public Shape shape(String name) {
        return joinedShape(sources(name));
    }

    @Override
    public float[] read(String name) {
        List<String> names = sources(name);
        if (names.size() == 1) {
            return source.read(names.get(0));
        }
        float[] joined = new float[Math.toIntExact(joinedShape(names).size())];
        int at = 0;
        for (String part : names) {
            float[] values = source.read(part);
            System.arraycopy(values, 0, joined, at, values.length);
            at += values.length;
        }
        return joined;
    }

    @Override
    public final String origin() {
        return source.origin();
    }
}
