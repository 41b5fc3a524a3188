package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Prepares the pixels of the next images in another thread while the device works on the images before them. */
final class PixelsAhead {
    private final PixelExtractor extractor;
    private final List<RgbImage> images;
    /** The first image of those that are prepared ahead, and their number. */
    private int next;

    private int ahead;
    private CompletableFuture<float[]> pixels;

    PixelsAhead(PixelExtractor extractor, List<RgbImage> images) {
        this.extractor = extractor;
        this.images = images;
    }

    /** Returns the pixels of some images, and begins with those of as many images after them. */
    float[] of(int first, int count) {
        List<RgbImage> some = images.subList(first, first + count);
        float[] found = next == first && ahead == count ? prepared(some) : extractor.pixels(some);
        next = first + count;
        ahead = Math.min(count, images.size() - next);
        List<RgbImage> following = images.subList(next, next + ahead);
        pixels = ahead == 0 ? null : CompletableFuture.supplyAsync(() -> extractor.pixels(following));
        return found;
    }

    private float[] prepared(List<RgbImage> some) {
        try {
            return pixels.join();
        } catch (CompletionException e) {
            return extractor.pixels(some); // which throws what the other thread met, with this thread's stack
        }
    }
}
