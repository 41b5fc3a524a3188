package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.List;
import java.util.Map;

/** Joins the rows of several tensors, for instance of query, key and value if a source stores them separately. */
final class WeightRows {
    private WeightRows() {}

    /**
     * Returns the names in the source whose rows form a tensor.
     *
     * @throws InvalidInputException if there is no such tensor
     */
    static List<String> sources(Weights source, Map<String, List<String>> parts, String name) {
        List<String> names = parts.get(name);
        if (names == null) {
            throw new InvalidInputException(source.origin(), "no tensor " + name, "one of " + parts.size() + " others");
        }
        return names;
    }

    /** Returns the shape of the concatenated tensors. */
    static Shape shape(Weights source, List<String> names) {
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

    /** Returns the concatenated tensors in row-major order. */
    static float[] read(Weights source, List<String> names) {
        if (names.size() == 1) {
            return source.read(names.get(0));
        }
        float[] joined = new float[Math.toIntExact(shape(source, names).size())];
        int at = 0;
        for (String part : names) {
            float[] values = source.read(part);
            System.arraycopy(values, 0, joined, at, values.length);
            at += values.length;
        }
        return joined;
    }
}
