package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.ops.Window;

/**
 * The runs of adjacent elements that make up the windows over {@code (b, h, w, c)}. There is one run per window row.
 */
final class WindowRuns {
    private final int images;
    private final int height;
    private final int width;
    private final int channels;
    private final int down;
    private final int across;
    private final Window window;

    WindowRuns(Shape shape, Window window) {
        this.images = shape.axis(0);
        this.height = shape.axis(1);
        this.width = shape.axis(2);
        this.channels = shape.last();
        this.down = window.count(height);
        this.across = window.count(width);
        this.window = window;
    }

    /**
     * Receives {@code count} elements. They are at {@code pixel} of the images and at {@code unfolded} of the unfolded
     * windows.
     */
    interface Run {
        void at(int pixel, int unfolded, int count);
    }

    /** Returns the number of rows of windows in an image. */
    int down() {
        return down;
    }

    /** Returns the number of windows of a row. */
    int across() {
        return across;
    }

    /** Returns the number of rows of windows in all images. */
    int rows() {
        return images * down;
    }

    /** Returns the number of unfolded elements of a row of windows. */
    int rowLength() {
        return across * window.kernel() * window.kernel() * channels;
    }

    /** Returns the number of elements of an image. */
    int imageLength() {
        return height * width * channels;
    }

    /** Visits the runs inside the image of all windows of a row, window by window. */
    void ofRow(int row, Run run) {
        for (int column = 0; column < across; column++) {
            ofWindow(row, column, run);
        }
    }

    /** Visits the runs inside the image of one window, from top to bottom. */
    void ofWindow(int row, int column, Run run) {
        int kernel = window.kernel();
        int left = window.first(column);
        int from = Math.max(0, left);
        int to = Math.min(width, left + kernel);
        int top = window.first(row % down);
        for (int line = Math.max(0, -top); line < Math.min(kernel, height - top); line++) {
            int pixel = ((row / down * height + top + line) * width + from) * channels;
            int unfolded = (((row * across + column) * kernel + line) * kernel + from - left) * channels;
            run.at(pixel, unfolded, (to - from) * channels);
        }
    }
}
