package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Scores images of a product. Immutable and thread-safe: score from as many threads as you like.
 *
 * <p>Calls that began before {@link #close} finish. After it every call throws
 * {@link dev.ideal4j.core.ClosedException}, also where the backbone or the backend was closed. When the thread of a call is
 * interrupted, the call ends with a {@link dev.ideal4j.core.WorkInterruptedException}, within a second as a rule.
 */
public interface Scorer extends AutoCloseable {
    /** The method, its settings, the backbone and the references' number, for records. */
    Map<String, Object> config();

    /** Scores one image. */
    default Anomaly score(RgbImage image) {
        return score(List.of(image)).get(0);
    }

    /** Scores images, in order. The same bits as one by one. */
    List<Anomaly> score(List<RgbImage> images);

    /**
     * Scores images of which some pixels do not count: the image score is that of the patches that do, and maps are zero
     * there.
     *
     * @param ignored of each image the pixels that do not count, in any size; null where all count
     * @throws InvalidInputException if nothing of an image counts, or the method cannot leave out pixels
     */
    default List<Anomaly> score(List<RgbImage> images, List<Mask> ignored) {
        if (ignored.stream().allMatch(Objects::isNull)) {
            return score(images);
        }
        throw new InvalidInputException("pixels that do not count", "a method that looks at all", "another method");
    }

    /** Hears how far the scoring of a large image is, on the thread that scores. */
    @FunctionalInterface
    interface Parts {
        /** Nobody hears. */
        Parts UNHEARD = (done, all) -> {};

        /**
         * Parts of an image are scored.
         *
         * @param done parts so far
         * @param all parts of the image
         */
        void scored(int done, int all);
    }

    /** Whether {@link #score(RgbImage.Rows, Mask, Parts)} needs but a part of an image in memory. */
    default boolean readsRows() {
        return false;
    }

    /**
     * Scores an image that is read as it is scored, with the bits of {@link #score(List, List)}. A detector of tiles keeps the
     * rows of one row of tiles in memory. Other detectors read the whole image first.
     *
     * @param image no row read yet; read to its end
     * @param ignored pixels that do not count, or null
     * @param heard told of each tile that is scored
     * @throws InvalidInputException as {@link #score(List, List)}
     * @throws dev.ideal4j.core.FileFormatException if the file turns out to be damaged
     */
    default Anomaly score(RgbImage.Rows image, Mask ignored, Parts heard) {
        return score(List.of(image.whole()), Collections.singletonList(ignored)).get(0);
    }

    /**
     * The scorer for images that all show the product of one of them. A scorer of one product is that itself.
     *
     * @param first one of the images
     * @return this, or a part of it, which lives as long as this
     */
    default Scorer forImagesLike(RgbImage first) {
        return this;
    }

    /** What a method learnt from the references at such cost that a file keeps it; null as a rule. */
    default Weights learnt() {
        return null;
    }

    /**
     * Waits for the calls under way, then frees the memory. Closing twice is harmless.
     *
     * @throws IllegalStateException if the calling thread is in the middle of a call of this
     */
    @Override
    void close();
}
