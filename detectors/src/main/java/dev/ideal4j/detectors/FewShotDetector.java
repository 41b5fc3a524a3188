package dev.ideal4j.detectors;

import java.util.Map;

/**
 * A few-shot anomaly detection method with its parameters. Immutable and thread-safe. Fit it to the references of a
 * product, then score images of that product.
 *
 * <p>As with a {@link FittedDetector}, calls that began before {@link #close} finish, later ones throw
 * {@link dev.ideal4j.core.ClosedException}, and interrupted ones {@link dev.ideal4j.core.WorkInterruptedException}.
 */
public interface FewShotDetector extends AutoCloseable {
    /** The method: {@code ideal}, {@code visionad}, … */
    String name();

    /** All settings that shape the scores, by name, for records: numbers, strings, booleans. */
    Map<String, Object> config();

    /**
     * Fits to references; they are run through the network once, here.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there are too few references for the method
     */
    FittedDetector fit(References references);

    /** As {@link #fit(References)}, telling how the training goes where a method trains in its fit. */
    default FittedDetector fit(References references, TrainingListener listener) {
        return fit(references);
    }

    /**
     * Waits for the calls under way, then frees the method's own parameters, not the feature extractor's. What was fitted
     * stays usable.
     */
    @Override
    void close();
}
