package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;

/**
 * The square window that a convolution or a pooling moves over a map.
 *
 * @param kernel side in pixels, 1 or more
 * @param stride pixels between neighbouring windows, 1 or more
 * @param padding pixels outside the map on each side that windows reach, 0 to kernel − 1
 */
public record Window(int kernel, int stride, int padding) {
    private static final int LARGEST = 1 << 10;

    /** Checks the ranges. */
    public Window {
        Checks.range("kernel", kernel, 1, LARGEST);
        Checks.range("stride", stride, 1, LARGEST);
        Checks.range("padding", padding, 0, kernel - 1L);
    }

    /** Number of windows that fit along a side of {@code length} pixels. */
    public int count(int length) {
        int room = length + 2 * padding - kernel;
        if (room < 0) {
            throw new InvalidInputException(
                    "map", "a side of " + length + " pixels", "at least " + (kernel - 2 * padding) + " for " + this);
        }
        return room / stride + 1;
    }

    /** The first pixel of window {@code index}; negative in the padding. */
    public int first(int index) {
        return index * stride - padding;
    }

    /** Shape of the pooled {@code (b, h, w, c)}. */
    public Shape pooled(Shape x) {
        return Shape.of(x.axis(0), count(x.axis(1)), count(x.axis(2)), x.last());
    }

    /** Shape of the unfolded {@code (b, h, w, c)}. */
    public Shape unfolded(Shape x) {
        int windows = Math.multiplyExact(count(x.axis(1)), count(x.axis(2)));
        return Shape.of(x.axis(0), windows, Math.multiplyExact(kernel * kernel, x.last()));
    }
}
