package dev.ideal4j.backbone.cnn;

/** How windows lie that give ⌈n / stride⌉ results along a side of n pixels. */
enum Padding {
    /** PyTorch's: the windows begin half a kernel outside the map. */
    CENTRED {
        @Override
        int before(int length, int kernel, int stride) {
            return kernel / 2;
        }
    },
    /** TensorFlow's {@code SAME}: as little padding as possible, the odd pixel behind the map. */
    SAME {
        @Override
        int before(int length, int kernel, int stride) {
            int results = (length + stride - 1) / stride;
            return Math.max(0, (results - 1) * stride + kernel - length) / 2;
        }
    };

    /** Pixels of the first window that are outside the map. */
    abstract int before(int length, int kernel, int stride);

    /** Pixels of the last window that are outside the map. */
    int after(int length, int kernel, int stride) {
        int results = (length + stride - 1) / stride;
        return Math.max(0, (results - 1) * stride + kernel - length - before(length, kernel, stride));
    }
}
