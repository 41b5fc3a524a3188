package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.DetectorMethod;
import java.util.Locale;

/**
 * The rules by which scores become metrics and verdicts.
 *
 * @param masks how masks are resized to the maps
 * @param score the score that image metrics rank images by
 * @param maxFalseAlarms the rate of false alarms that a threshold is found for from the references alone, as a fit does;
 *     null for no such threshold
 */
public record EvaluationRules(Mask.Resize masks, DetectorMethod.ImageScore score, Double maxFalseAlarms) {
    /** The rules of most methods: masks by the nearest pixel, and the detector's own score. */
    public static final EvaluationRules USUAL =
            new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OWN, null);

    /** Checks that a score over all images of a product comes without a threshold, which is for single images. */
    public EvaluationRules {
        if (maxFalseAlarms != null && score != DetectorMethod.ImageScore.OWN) {
            throw new InvalidInputException(
                    "image score", score.name().toLowerCase(Locale.ROOT), "own, for a threshold from the references");
        }
    }

    /** The rules of a method's published evaluation. */
    public static EvaluationRules of(DetectorMethod method) {
        return new EvaluationRules(method.evaluationMasks(), method.evaluationScore(), null);
    }
}
