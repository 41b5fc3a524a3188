package dev.ideal4j.backbone.cnn;

/** The placement of windows along a side of n pixels, with ⌈n / stride⌉ results. */
enum Padding {
    /** PyTorch's padding: the first window begins half a kernel outside of the map. */
    CENTRED {
        @Override
        int before(int length, int kernel, int stride) {
            return kernel / 2;
        }
    },
    /** TensorFlow's {@code SAME}: as little padding as possible, with an odd pixel after the map. */
    SAME {
        @Override
        int before(int length, int kernel, int stride) {
            int results = (length + stride - 1) / stride;
            return Math.max(0, (results - 1) * stride + kernel - length) / 2;
        }
    };

    /** Number of pixels of the first window that are outside of the map. */
    abstract int before(int length, int kernel, int stride);

    /** Number of pixels of the last window that are outside of the map. */
    int after(int length, int kernel, int stride) {
        int results = (length + stride - 1) / stride;
        return Math.max(0, (results - 1) * stride + kernel - length - before(length, kernel, stride));
    }
}
