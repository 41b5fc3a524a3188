package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.nn.SeparableResize;

/**
 * Overlapping square windows of an image, aligned to its patches and numbered row by row.
 *
 * @param rows number of rows of patches of the image
 * @param columns number of columns of patches of the image
 * @param size side of a window in patches
 * @param stride patches between neighbouring windows
 * @param patchSize side of a patch in pixels
 */
record WindowGrid(int rows, int columns, int size, int stride, int patchSize) {
    /** Checks that the windows cover the image. */
    WindowGrid {
        if (size > Math.min(rows, columns) || (rows - size) % stride != 0 || (columns - size) % stride != 0) {
            throw new InvalidInputException(
                    "windows",
                    size + " patches, " + stride + " apart, on a grid of " + rows + "×" + columns,
                    "windows that end where the grid ends");
        }
    }

    private int down() {
        return (rows - size) / stride + 1;
    }

    private int across() {
        return (columns - size) / stride + 1;
    }

    /** Number of windows. */
    int count() {
        return down() * across();
    }

    /** First row of patches of a window. */
    int row(int window) {
        return window / across() * stride;
    }

    /** First column of patches of a window. */
    int column(int window) {
        return window % across() * stride;
    }

    /**
     * Cuts windows out of an image.
     *
     * @param pixels {@code (3, h, w)}
     * @param first number of the first window
     * @param count number of windows
     * @param grid side, in patches, to which the windows are resized (bilinear with aligned corners)
     * @param scope owns the result
     * @return {@code (count, 3, grid · patchSize, grid · patchSize)}
     */
    Tensor cut(float[] pixels, int first, int count, int grid, Scope scope) {
        int side = size * patchSize;
        int width = columns * patchSize;
        int plane = rows * patchSize * width;
        float[] cut = new float[count * 3 * side * side];
        for (int i = 0; i < count; i++) {
            int corner = (row(first + i) * width + column(first + i)) * patchSize;
            for (int line = 0; line < 3 * side; line++) {
                int from = line / side * plane + corner + line % side * width;
                System.arraycopy(pixels, from, cut, (i * 3 * side + line) * side, side);
            }
        }
        Tensor windows = scope.upload(cut, count, 3, side, side);
        return grid == size ? windows : resized(windows.reshape(count * 3, side, side), grid * patchSize, scope);
    }

    private static Tensor resized(Tensor planes, int side, Scope scope) {
        int from = planes.shape().last();
        Tensor out = scope.allocate(planes.shape().axis(0), side, side);
        try (Tape tape = Tape.inference(planes.backend())) {
            SeparableResize resize = SeparableResize.alignedBilinear(from, from, side, side, tape.scope());
            planes.backend().copy(resize.apply(tape.constant(planes)).value(), out);
        }
        return out.reshape(planes.shape().axis(0) / 3, 3, side, side);
    }

    /**
     * Merges the windows' maps: each patch of the image gets the mean over the windows that cover it.
     *
     * @param maps {@code (windows, size · size)}
     * @return {@code (rows · columns)}
     */
    float[] merge(float[] maps) {
        double[] sums = new double[rows * columns];
        int[] covering = new int[sums.length];
        for (int i = 0; i < maps.length; i++) {
            int window = i / (size * size);
            int within = i % (size * size);
            int at = (row(window) + within / size) * columns + column(window) + within % size;
            sums[at] += maps[i];
            covering[at]++;
        }
        float[] merged = new float[sums.length];
        for (int i = 0; i < merged.length; i++) {
            merged[i] = (float) (sums[i] / covering[i]);
        }
        return merged;
    }
}
