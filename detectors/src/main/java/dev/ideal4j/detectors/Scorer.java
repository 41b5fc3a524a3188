package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scores images of a product. Immutable and thread-safe: any number of threads may score at the same time.
 *
 * <p>Calls that began before {@link #close} finish. Later calls throw {@link dev.ideal4j.core.ClosedException}. The same
 * holds after the backbone or the backend is closed. If the thread of a call is interrupted, the call ends with a
 * {@link dev.ideal4j.core.WorkInterruptedException}, usually within a second.
 */
public interface Scorer extends AutoCloseable {
    /** The method, its settings, the backbone and the number of references, for records. */
    Map<String, Object> config();

    /** Scores one image. */
    default Anomaly score(RgbImage image) {
        return score(List.of(image)).get(0);
    }

    /** Scores images; results are in the order of the images and have the same bits as results of one call per image. */
    List<Anomaly> score(List<RgbImage> images);

    /**
     * Scores images of which some pixels do not count. The image score is computed from the patches that count, and maps are
     * zero at the pixels that do not count.
     *
     * @param ignored for each image the pixels that do not count, of any size; null where all pixels count
     * @throws InvalidInputException if no pixel of an image counts, or the method cannot ignore pixels
     */
    default List<Anomaly> score(List<RgbImage> images, List<@Nullable Mask> ignored) {
        if (ignored.stream().allMatch(Objects::isNull)) {
            return score(images);
        }
        throw new InvalidInputException("pixels that do not count", "a method that looks at all", "another method");
    }

    /** Listens to the progress of scoring a large image, on the thread that scores. */
    @FunctionalInterface
    interface Parts {
        /** Does nothing. */
        Parts UNHEARD = (done, all) -> {};

        /**
         * Called when parts of an image have been scored.
         *
         * @param done number of parts scored so far
         * @param all number of parts of the image
         */
        void scored(int done, int all);
    }

    /** Whether {@link #score(RgbImage.Rows, Mask, Parts)} needs only a part of an image in memory. */
    default boolean readsRows() {
        return false;
    }

    /**
     * Scores an image that is read while it is scored. The result has the same bits as that of {@link #score(List, List)}. A
     * detector of tiles keeps only the rows of one row of tiles in memory. Other detectors first read the whole image.
     *
     * @param image image of which no row has been read; this call reads all rows
     * @param ignored pixels that do not count, or null
     * @param heard called after each group of tiles by a detector of tiles, otherwise never
     * @throws InvalidInputException as {@link #score(List, List)}
     * @throws dev.ideal4j.core.FileFormatException if the file turns out to be damaged
     */
    default Anomaly score(RgbImage.Rows image, @Nullable Mask ignored, Parts heard) {
        return score(List.of(image.whole()), Collections.singletonList(ignored)).get(0);
    }

    /**
     * The scorer for images that all show the same product. A scorer of one product returns itself.
     *
     * @param first one of the images
     * @return this scorer, or a part of it, which is closed with this scorer
     */
    default Scorer forImagesLike(RgbImage first) {
        return this;
    }

    /**
     * Returns this scorer with a listener, for metrics. Closing one of the two closes both.
     *
     * @param listener called by the thread that scores, after each call; its exceptions go to the caller
     */
    default Scorer heardBy(Listener listener) {
        return new HeardScorer(this, listener);
    }

    /** Listens to the calls of a scorer. */
    interface Listener {
        /**
         * Called when images have been scored.
         *
         * @param anomalies the result of each image, in order; not empty
         * @param time time from the call to its result
         */
        void scored(List<Anomaly> anomalies, Duration time);

        /** Called when a call ends with an exception. The caller of the scorer gets the same exception. */
        default void failed(RuntimeException cause) {}
    }

    /**
     * The weights that a method learnt from the references, if learning takes so long that files must contain them; usually
     * null.
     */
    default @Nullable Weights learnt() {
        return null;
    }

    /**
     * Waits for the calls under way, then frees the memory. Closing again has no effect.
     *
     * @throws IllegalStateException if the calling thread is inside a call of this scorer
     */
    @Override
    void close();
}
