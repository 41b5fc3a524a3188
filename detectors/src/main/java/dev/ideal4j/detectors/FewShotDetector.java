package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A few-shot anomaly detection method with its parameters. Immutable and thread-safe. {@link #fit} it to the references of a
 * product, then score images of the same product. {@link FittedDetector} uses the other methods.
 *
 * <p>As with a {@link Scorer}, calls that began before {@link #close} finish. Later calls throw
 * {@link dev.ideal4j.core.ClosedException}, and interrupted calls throw
 * {@link dev.ideal4j.core.WorkInterruptedException}.
 */
public interface FewShotDetector extends AutoCloseable {
    /** The name of the method, for example {@code ideal} or {@code visionad}. */
    String name();

    /**
     * All settings that affect the scores, by name, for records and files. The values are numbers, strings and booleans.
     */
    Map<String, Object> config();

    /**
     * Fits to references and calibrates the scores with them, see {@link FitOptions#DEFAULT}. Each image runs through the
     * backbone once, during the fit.
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
     * Fits to references without calibration. The result can score but gives no verdicts.
     *
     * @param listener told of the progress of the training if the method trains in its fit
     * @throws dev.ideal4j.core.InvalidInputException if there are too few references for the method
     */
    Scorer scorer(References references, TrainingListener listener);

    /** As {@link #scorer(References, TrainingListener)}, without listener. */
    default Scorer scorer(References references) {
        return scorer(references, TrainingListener.NONE);
    }

    /**
     * As {@link #scorer(References)}, with the weights that an earlier scorer of the same references had
     * {@linkplain Scorer#learnt learnt}.
     *
     * @param learnt null if the earlier scorer had learnt nothing
     */
    default Scorer restored(References references, @Nullable Weights learnt) {
        return scorer(references, TrainingListener.NONE);
    }

    /** How calibration gets scores of good images from the references alone. */
    default LeaveOneOut leaveOneOut() {
        return LeaveOneOut.EACH;
    }

    /** Ways to score references as if they were unknown images. */
    enum LeaveOneOut {
        /** A scorer fitted to the other references scores each reference. */
        EACH,
        /** References are scored like other images, because the method does not learn from them. */
        UNUSED,
        /** A quarter of the normal references is held back from the fit, because a fit takes long. */
        HOLD_BACK
    }

    /** The backbone, or null if the method uses only a network of its own. */
    @Nullable
    FeatureExtractor extractor();

    /**
     * The image in the smallest size that fitting and scoring need. The resized image gives the same bits as the original,
     * and resizing a second time changes nothing.
     */
    default RgbImage resized(RgbImage image) {
        FeatureExtractor extractor = extractor();
        return extractor == null ? image : extractor.resized(image);
    }

    /**
     * The same method with the same parameters over a changed backbone. For equal features, the two detectors give scores
     * with the same bits.
     *
     * @param change maps the backbone to a backbone that gives the same features
     * @return a detector independent of this one; the caller closes it
     */
    FewShotDetector over(UnaryOperator<FeatureExtractor> change);

    /** The trained part, from which {@link DetectorMethod#restore} restores the detector; empty if there is none. */
    Weights trained();

    /**
     * Waits for the calls under way, then frees the method's own parameters but not the feature extractor's. Fitted
     * detectors and scorers stay usable.
     */
    @Override
    void close();
}
