package dev.ideal4j.backbone;

import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/** Converts images of any size to the input of a network. */
public final class PixelBatch {
    private PixelBatch() {}

    /**
     * Resizes (antialiased, without preserving the aspect ratio) and normalises images: {@code (b, 3, height, width)}.
     */
    public static float[] of(
            List<RgbImage> images,
            int height,
            int width,
            PillowResize.Filter filter,
            ImageNormalization normalization) {
        return of(images, height, width, 0, filter, normalization);
    }

    /**
     * Like {@link #of(List, int, int, PillowResize.Filter, ImageNormalization)}, but images are resized to {@code
     * margin} more pixels on each side, and this margin is cut off.
     */
    public static float[] of(
            List<RgbImage> images,
            int height,
            int width,
            int margin,
            PillowResize.Filter filter,
            ImageNormalization normalization) {
        int size = Math.multiplyExact(3 * height, width);
        float[] pixels = new float[Math.multiplyExact(images.size(), size)];
        Thread caller = Thread.currentThread();
        IntStream.range(0, images.size()).parallel().forEach(i -> {
            WorkInterruptedException.check(caller);
            RgbImage resized = PillowResize.resize(images.get(i), width + 2 * margin, height + 2 * margin, filter);
            normalization.write(cut(resized, margin, width, height), pixels, i * size);
        });
        return pixels;
    }

    private static RgbImage cut(RgbImage image, int margin, int width, int height) {
        if (margin == 0) {
            return image;
        }
        byte[] samples = new byte[3 * height * width];
        for (int y = 0; y < height; y++) {
            int from = 3 * ((y + margin) * image.width() + margin);
            System.arraycopy(image.samples(), from, samples, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, height, samples);
    }
}
