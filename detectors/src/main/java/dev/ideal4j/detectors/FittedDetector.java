package dev.ideal4j.detectors;

import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A detector that knows a product's references. Immutable and thread-safe: score from as many threads as you like. */
public interface FittedDetector extends AutoCloseable {
    /** The method, its settings, the backbone and the references' number, for records. */
    Map<String, Object> config();

    /** Scores one picture. */
    default Anomaly score(RgbImage image) {
        return score(List.of(image)).get(0);
    }

    /** Scores pictures, in order. The same bits as one by one. */
    List<Anomaly> score(List<RgbImage> images);

    /**
     * Writes everything scoring needs but the backbone into one file: first beside it, then renamed.
     *
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     */
    void save(Path file);

    /** Frees the references' features. */
    @Override
    void close();
}
