package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Converts images to the network's input: resized (antialiased bilinear), rotated in training, normalised. */
final class DevNetPixels {
    private DevNetPixels() {}

    /** The network's input for an image, {@code (3, size, size)}. */
    static float[] of(RgbImage image, int size) {
        float[] pixels = new float[3 * size * size];
        ImageNormalization.IMAGENET.write(resized(image, size), pixels, 0);
        return pixels;
    }

    /**
     * The network's input for images that are each rotated by a random angle, {@code (b, 3, size, size)}.
     *
     * @param seed the same seed gives the same angles
     */
    static float[] turned(List<TrainingImage> images, int size, long seed) {
        int each = 3 * size * size;
        float[] pixels = new float[Math.multiplyExact(images.size(), each)];
        double[] angles =
                new SplittableRandom(seed).doubles(images.size(), -180, 180).toArray();
        IntStream.range(0, angles.length).parallel().forEach(i -> {
            RgbImage image = resized(images.get(i).image(), size);
            ImageNormalization.IMAGENET.write(turned(image, angles[i]), pixels, i * each);
        });
        return pixels;
    }

    private static RgbImage resized(RgbImage image, int size) {
        return PillowResize.resize(image, size, size, PillowResize.Filter.BILINEAR);
    }

    /**
     * Rotates an image about its centre by nearest neighbour; the corners are black.
     *
     * @param angle in degrees, counter-clockwise
     */
    static RgbImage turned(RgbImage image, double angle) {
        int width = image.width();
        int height = image.height();
        double cos = Math.cos(Math.toRadians(angle));
        double sin = Math.sin(Math.toRadians(angle));
        byte[] from = image.samples();
        byte[] to = new byte[from.length];
        for (int y = 0; y < height; y++) {
            double down = y + 0.5 - height / 2.0;
            for (int x = 0; x < width; x++) {
                double across = x + 0.5 - width / 2.0;
                int column = (int) Math.floor(cos * across - sin * down + width / 2.0);
                int row = (int) Math.floor(sin * across + cos * down + height / 2.0);
                if (column >= 0 && column < width && row >= 0 && row < height) {
                    System.arraycopy(from, 3 * (row * width + column), to, 3 * (y * width + x), 3);
                }
            }
        }
        return new RgbImage(width, height, to);
    }
}
