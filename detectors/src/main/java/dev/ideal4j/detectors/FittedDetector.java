package dev.ideal4j.detectors;

import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A detector that knows a product's references. Immutable and thread-safe: score from as many threads as you like.
 *
 * <p>Calls that began before {@link #close} finish. After it every call throws
 * {@link dev.ideal4j.core.ClosedException}, also where the backbone or the backend was closed. When the thread of a call is
 * interrupted, the call ends with a {@link dev.ideal4j.core.WorkInterruptedException}, within a second as a rule.
 */
public interface FittedDetector extends AutoCloseable {
    /** The method, its settings, the backbone and the references' number, for records. */
    Map<String, Object> config();

    /** Scores one image. */
    default Anomaly score(RgbImage image) {
        return score(List.of(image)).get(0);
    }

    /** Scores images, in order. The same bits as one by one. */
    List<Anomaly> score(List<RgbImage> images);

    /**
     * Writes everything scoring needs but the backbone into one file: first beside it, then renamed. A file that was there
     * stays as it is if this fails or is interrupted.
     *
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     */
    void save(Path file);

    /**
     * Waits for the calls under way, then frees the references' features. Closing twice is harmless.
     *
     * @throws IllegalStateException if the calling thread is in the middle of a call of this
     */
    @Override
    void close();
}
