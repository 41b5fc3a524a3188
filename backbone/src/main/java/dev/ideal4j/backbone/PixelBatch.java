package dev.ideal4j.backbone;

import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/** From pictures of any size to a network's input. */
public final class PixelBatch {
    private PixelBatch() {}

    /** Pictures resized (antialiased, aspect not kept) and normalised: {@code (b, 3, height, width)}. */
    public static float[] of(
            List<RgbImage> images,
            int height,
            int width,
            PillowResize.Filter filter,
            ImageNormalization normalization) {
        int size = Math.multiplyExact(3 * height, width);
        float[] pixels = new float[Math.multiplyExact(images.size(), size)];
        IntStream.range(0, images.size()).parallel().forEach(i -> {
            RgbImage resized = PillowResize.resize(images.get(i), width, height, filter);
            normalization.write(resized, pixels, i * size);
        });
        return pixels;
    }
}
