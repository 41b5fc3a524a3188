package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.List;
import java.util.Map;

/** Tensors put together from the rows of several: query, key and value that a source keeps apart. */
final class WeightRows {
    private WeightRows() {}

    /**
     * The names in the source that make a tensor.
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

    /** Shape of the tensors one below the other. */
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

    /** The tensors one below the other, row-major. */
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
