package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.ops.Window;

/** The positions of the pixels of the windows over {@code (b, h, w, c)}. */
final class WindowPixels {
    private final int height;
    private final int width;
    private final int channels;
    private final int down;
    private final int across;
    private final Window window;

    WindowPixels(Shape x, Window window) {
        this.height = x.axis(1);
        this.width = x.axis(2);
        this.channels = x.last();
        this.down = window.count(height);
        this.across = window.count(width);
        this.window = window;
    }

    /**
     * Returns the positions of the kernel·kernel elements under an element of {@code (b, h′, w′, c)}, in its own
     * channel and row by row. Padding has the position −1.
     */
    int[] of(int pooled) {
        int channel = pooled % channels;
        int column = pooled / channels % across;
        int row = pooled / channels / across % down;
        int image = pooled / channels / across / down;
        int kernel = window.kernel();
        int[] positions = new int[kernel * kernel];
        for (int i = 0; i < positions.length; i++) {
            int y = window.first(row) + i / kernel;
            int x = window.first(column) + i % kernel;
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            positions[i] = inside ? ((image * height + y) * width + x) * channels + channel : -1;
        }
        return positions;
    }
}
