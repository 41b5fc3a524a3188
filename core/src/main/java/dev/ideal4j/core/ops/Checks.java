package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Argument checks shared by all implementations of the operations. */
final class Checks {
    private Checks() {}

    static void width(String what, Shape shape, int width) {
        if (shape.rank() == 0 || shape.last() != width) {
            throw new InvalidInputException(what, "shape " + shape, "an innermost axis of " + width);
        }
    }

    static void rows(String what, Shape shape, int rows, int width) {
        if (shape.rank() == 0 || shape.last() != width || shape.rows() != rows) {
            throw new InvalidInputException(what, "shape " + shape, rows + " rows of " + width);
        }
    }

    static void shape(String what, Shape shape, int... lengths) {
        if (!shape.equals(Shape.of(lengths))) {
            throw new InvalidInputException(
                    what, "shape " + shape, Shape.of(lengths).toString());
        }
    }

    static void rank(String what, Shape shape, int rank) {
        if (shape.rank() != rank) {
            throw new InvalidInputException(what, "shape " + shape, rank + " axes");
        }
    }

    static void range(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidInputException(what, Long.toString(value), least + " to " + most);
        }
    }

    /** Rejects an output that shares memory with an input. */
    static void separate(String what, Tensor out, Tensor in) {
        if (out.overlaps(in)) {
            throw new InvalidInputException(what, "memory shared with an input", "memory of its own");
        }
    }

    /** Rejects an output that overlaps an input but is not the same tensor. */
    static void separateOrSame(String what, Tensor out, Tensor in) {
        boolean same = out.storage() == in.storage() && out.offset() == in.offset();
        if (!same && out.overlaps(in)) {
            throw new InvalidInputException(what, "memory partly shared with an input", "the input itself, or its own");
        }
    }

    /** Checks that a gradient that is not null has the shape of its tensor and memory of its own. */
    static void gradient(String what, @Nullable Tensor gradient, Tensor of, Tensor dOut) {
        if (gradient != null) {
            shape(what, gradient.shape(), of.shape().toArray());
            separate(what, gradient, of);
            separate(what, gradient, dOut);
        }
    }

    /** Rejects outputs that share memory with an input or with each other. Null tensors are ignored. */
    static void apart(String what, @Nullable Tensor[] outputs, @Nullable Tensor... inputs) {
        for (int i = 0; i < outputs.length; i++) {
            for (int j = 0; outputs[i] != null && j < i; j++) {
                if (outputs[j] != null && outputs[i].overlaps(outputs[j])) {
                    throw new InvalidInputException(what, "memory shared with each other", "memory of their own");
                }
            }
            for (Tensor input : inputs) {
                if (outputs[i] != null && input != null) {
                    separate(what, outputs[i], input);
                }
            }
        }
    }
}
