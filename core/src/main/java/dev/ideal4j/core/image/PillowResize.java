package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * Antialiased resizing of 8-bit images, equal to Pillow's {@code Image.resize} bit for bit. The support of the filter
 * grows with the reduction factor. The horizontal pass comes first. Each pass sums in fixed point with 22 fractional
 * bits and rounds to 8 bits.
 *
 * <p>The implementation works row by row. An output row needs a few horizontally resized source rows, which are kept in
 * a ring buffer. The memory besides the result is therefore a few rows. The threads of the common pool compute large
 * results in bands.
 */
public final class PillowResize {
    /**
     * Minimum number of result rows per band. It is much larger than the number of source rows that two neighbouring
     * bands both resize.
     */
    private static final int LEAST_ROWS = 64;

    private PillowResize() {}

    /** The interpolation kernels. */
    public enum Filter {
        /** Triangle of support 1; Pillow's {@code BILINEAR}. */
        BILINEAR(1) {
            @Override
            double at(double x) {
                return Math.max(0, 1 - Math.abs(x));
            }
        },
        /** Keys' cubic with a = −0.5, of support 2; Pillow's {@code BICUBIC}. */
        BICUBIC(2) {
            @Override
            double at(double x) {
                double t = Math.abs(x);
                if (t < 1) {
                    return ((A + 2) * t - (A + 3)) * t * t + 1;
                }
                return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
            }
        };

        private static final double A = -0.5;

        /** The kernel is zero for larger distances. */
        final double support;

        Filter(double support) {
            this.support = support;
        }

        /** Value of the kernel at a distance. */
        abstract double at(double x);
    }

    /**
     * Resizes an image to the given size. The aspect ratio is not preserved.
     *
     * @param image an image of any size; not modified
     * @param width of the result in pixels, 1 or more
     * @param height of the result in pixels, 1 or more
     */
    public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        return new RgbImage(
                width, height, resize(image.samples(), 3, image.width(), image.height(), width, height, filter));
    }

    /**
     * Resizes interleaved 8-bit samples of any number of channels, for instance a grey image.
     *
     * @param samples {@code height · width · channels} unsigned bytes in row-major order; not modified
     * @param toWidth width of the result in pixels, 1 or more
     * @param toHeight height of the result in pixels, 1 or more
     * @return {@code toHeight · toWidth · channels} unsigned bytes
     */
    public static byte[] resize(
            byte[] samples, int channels, int width, int height, int toWidth, int toHeight, Filter filter) {
        if (toWidth < 1 || toHeight < 1 || (long) toWidth * toHeight * channels > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("new size", toWidth + "×" + toHeight, "at least 1×1 and below 2 GiB");
        }
        ResizeWeights across = new ResizeWeights(width, toWidth, filter);
        ResizeWeights down = new ResizeWeights(height, toHeight, filter);
        byte[] to = new byte[toWidth * channels * toHeight];
        int bands = Math.max(1, Math.min(ForkJoinPool.getCommonPoolParallelism() + 1, toHeight / LEAST_ROWS));
        IntStream.range(0, bands).parallel().forEach(band -> {
            int begin = (int) ((long) band * toHeight / bands);
            int end = (int) ((long) (band + 1) * toHeight / bands);
            rows(samples, channels, width, height, across, down, begin, end, to);
        });
        return to;
    }

    /** Computes the rows {@code begin} to {@code end} (exclusive) of the result. */
    private static void rows(
            byte[] samples,
            int channels,
            int width,
            int height,
            ResizeWeights across,
            ResizeWeights down,
            int begin,
            int end,
            byte[] to) {
        int rowLength = across.first.length * channels;
        int[][] ring = new int[down.taps + 1][rowLength];
        long[] pairs = new long[width * channels];
        int[] sums = new int[rowLength];
        int ready = 0;
        for (int y = begin; y < end; y++) {
            int first = down.first[y];
            int last = first + down.count[y];
            for (ready = Math.max(ready, first); ready < last; ready += 2) {
                pair(samples, ready * pairs.length, Math.min(ready + 1, height - 1) * pairs.length, pairs);
                across.resize(pairs, channels, ring[ready % ring.length], ring[(ready + 1) % ring.length]);
            }
            Arrays.fill(sums, ResizeWeights.HALF);
            for (int row = first; row < last; row++) {
                addScaled(down.weights[y * down.taps + row - first], ring[row % ring.length], sums);
            }
            for (int i = 0, at = y * rowLength; i < rowLength; i++) {
                to[at + i] = (byte) ResizeWeights.clip(sums[i]);
            }
        }
    }

    /**
     * Like {@link #resize(RgbImage, int, int, Filter)}, row by row and equal bit for bit. Only the source rows for the
     * next result row are in memory.
     *
     * @param image an image of which no row was read yet; it is read only as far as needed
     */
    public static RgbImage.Rows resize(RgbImage.Rows image, int width, int height, Filter filter) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        ResizeWeights across = new ResizeWeights(image.width(), width, filter);
        ResizeWeights down = new ResizeWeights(image.height(), height, filter);
        int[][] ring = new int[down.taps + 1][3 * width];
        byte[] both = new byte[6 * image.width()];
        long[] pairs = new long[3 * image.width()];
        int[] sums = new int[3 * width];
        return new RgbImage.Rows() {
            private int y;
            private int ready;

            @Override
            public int width() {
                return width;
            }

            @Override
            public int height() {
                return height;
            }

            @Override
            public void next(byte[] rgb, int at) {
                int first = down.first[y];
                int last = first + down.count[y];
                for (; ready < last; ready += 2) {
                    image.next(both, 0);
                    if (ready + 1 < image.height()) {
                        image.next(both, pairs.length);
                    }
                    for (int i = 0; i < pairs.length; i++) {
                        pairs[i] = ResizeWeights.pair(both[i], both[pairs.length + i]);
                    }
                    across.resize(pairs, 3, ring[ready % ring.length], ring[(ready + 1) % ring.length]);
                }
                Arrays.fill(sums, ResizeWeights.HALF);
                for (int row = first; row < last; row++) {
                    addScaled(down.weights[y * down.taps + row - first], ring[row % ring.length], sums);
                }
                for (int i = 0; i < sums.length; i++) {
                    rgb[at + i] = (byte) ResizeWeights.clip(sums[i]);
                }
                y++;
            }
        };
    }

    private static void pair(byte[] samples, int upper, int lower, long[] pairs) {
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = ResizeWeights.pair(samples[upper + i], samples[lower + i]);
        }
    }

    /** This loop is in a separate method so that the JIT compiler vectorizes it. */
    private static void addScaled(int weight, int[] row, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * row[i];
        }
    }
}
