package dev.ideal4j.backbone;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Converts images of any size to the input of a network. */
public final class PixelBatch {
    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
        each(images, height, width, margin, filter, (i, resized) -> normalization.write(resized, pixels, i * size));
        return pixels;
    }

    /**
     * Implements {@link PixelExtractor#preparation} for extractors that change neither {@link PixelExtractor#pixels} nor {@link
     * PixelExtractor#prepare}. The backend normalises by the same table as the host, so the bits are the same. A quarter of the
     * bytes is copied to a device.
     */
    static Consumer<Tensor> normalizedByBackend(PixelExtractor extractor, List<RgbImage> images) {
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        int integers = (Math.multiplyExact(3 * height, width) + 3) / 4;
        int[] bytes = new int[Math.multiplyExact(images.size(), integers)];
        each(images, height, width, extractor.margin(), extractor.filter(), (i, resized) -> {
            byte[] samples = resized.samples();
            int whole = samples.length / 4;
            for (int k = 0; k < whole; k++) {
                bytes[i * integers + k] = (int) FOUR_BYTES.get(samples, 4 * k);
            }
            for (int k = 4 * whole; k < samples.length; k++) {
                bytes[i * integers + whole] |= (samples[k] & 0xFF) << 8 * (k % 4);
            }
        });
        return prepared -> {
            try (Scope local = extractor.backend().scope()) {
                Indices packed = local.allocateIndices(images.size(), integers);
                packed.write(bytes);
                Tensor table = local.upload(extractor.normalization().table(), 3, 256);
                Tensor planes = prepared.reshape(images.size(), 3, height * width);
                extractor.backend().layout().lookup(packed, table, planes);
            }
        };
    }

    /** Calls {@code use} with the number of each image and the resized image, for several images at a time. */
    private static void each(
            List<RgbImage> images,
            int height,
            int width,
            int margin,
            PillowResize.Filter filter,
            BiConsumer<Integer, RgbImage> use) {
        Thread caller = Thread.currentThread();
        IntStream.range(0, images.size()).parallel().forEach(i -> {
            WorkInterruptedException.check(caller);
            RgbImage resized = PillowResize.resize(images.get(i), width + 2 * margin, height + 2 * margin, filter);
            use.accept(i, cut(resized, margin, width, height));
        });
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
