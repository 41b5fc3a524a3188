package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A few-shot anomaly detection method with its parameters. Immutable and thread-safe. {@link #fit} it to the references of a
 * product, then score images of that product. The other methods are what a method offers to {@link FittedDetector}.
 *
 * <p>As with a {@link Scorer}, calls that began before {@link #close} finish, later ones throw
 * {@link dev.ideal4j.core.ClosedException}, and interrupted ones {@link dev.ideal4j.core.WorkInterruptedException}.
 */
public interface FewShotDetector extends AutoCloseable {
    /** The method: {@code ideal}, {@code visionad}, … */
    String name();

    /** All settings that shape the scores, by name, for records and files: numbers, strings, booleans. */
    Map<String, Object> config();

    /**
     * Fits to references and calibrates the scores with them, see {@link FitOptions#DEFAULT}. Each image runs through the
     * network once, here.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there are too few references for the method
     */
    default FittedDetector fit(References references) {
        return fit(references, FitOptions.DEFAULT);
    }

    /**
     * Fits to references.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there are too few references for the method
     */
    default FittedDetector fit(References references, FitOptions options) {
        return FittedDetector.fit(this, Map.of("", references), options);
    }

    /**
     * Fits to references without calibration: the least that is needed to score.
     *
     * @param listener told how the training goes where a method trains in its fit
     * @throws dev.ideal4j.core.InvalidInputException if there are too few references for the method
     */
    Scorer scorer(References references, TrainingListener listener);

    /** As {@link #scorer(References, TrainingListener)}, without listener. */
    default Scorer scorer(References references) {
        return scorer(references, TrainingListener.NONE);
    }

    /**
     * As {@link #scorer(References)}, with what a scorer of the same references had {@link Scorer#learnt}.
     *
     * @param learnt null if it had learnt nothing
     */
    default Scorer restored(References references, Weights learnt) {
        return scorer(references, TrainingListener.NONE);
    }

    /** How the scores of good images are found by the references alone. */
    default LeaveOneOut leaveOneOut() {
        return LeaveOneOut.EACH;
    }

    /** Ways to score references as if they were none. */
    enum LeaveOneOut {
        /** Each is scored by a scorer of the others. */
        EACH,
        /** They are scored like other images: the method does not learn from them. */
        UNUSED,
        /** A quarter of the normal references is held back from the fit, because a fit takes long. */
        HOLD_BACK
    }

    /** The backbone, or null if the method has no network but its own. */
    FeatureExtractor extractor();

    /**
     * An image in the least size that fitting and scoring need of it. The image itself and this give the same bits, and
     * resizing again changes nothing.
     */
    default RgbImage resized(RgbImage image) {
        FeatureExtractor extractor = extractor();
        return extractor == null ? image : extractor.resized(image);
    }

    /**
     * The same method with the same parameters over a changed backbone. What the two make of the same features has the same
     * bits.
     *
     * @param change from the backbone to one that gives the same features
     * @return independent of this; the caller closes it
     */
    FewShotDetector over(UnaryOperator<FeatureExtractor> change);

    /** The trained part, by which {@link DetectorMethod#restore} makes the detector again; empty if it has none. */
    Weights trained();

    /**
     * Waits for the calls under way, then frees the method's own parameters, not the feature extractor's. What was fitted
     * stays usable.
     */
    @Override
    void close();
}
