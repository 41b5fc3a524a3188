package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Prepares the pixels of the next images in another thread while the device works on the images before them. */
final class PixelsAhead {
    private final PixelExtractor extractor;
    private final List<RgbImage> images;
    /** The first image of those that are prepared ahead, and their number. */
    private int next;

    private int ahead;
    private CompletableFuture<Consumer<Tensor>> preparation;

    PixelsAhead(PixelExtractor extractor, List<RgbImage> images) {
        this.extractor = extractor;
        this.images = images;
    }

    /** Prepares some images, and begins with as many images after them; returns what writes the values of the former. */
    Consumer<Tensor> of(int first, int count) {
        List<RgbImage> some = images.subList(first, first + count);
        Consumer<Tensor> found = next == first && ahead == count ? prepared(some) : extractor.preparation(some);
        next = first + count;
        ahead = Math.min(count, images.size() - next);
        List<RgbImage> following = images.subList(next, next + ahead);
        preparation = ahead == 0 ? null : CompletableFuture.supplyAsync(() -> extractor.preparation(following));
        return found;
    }

    private Consumer<Tensor> prepared(List<RgbImage> some) {
        try {
            return preparation.join();
        } catch (CompletionException e) {
            return extractor.preparation(some); // which throws what the other thread met, with this thread's stack
        }
    }
}
