package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.DetectorMethod;

/**
 * The rules in which published evaluations differ.
 *
 * @param masks how masks are resized to the maps
 * @param score the score that image metrics rank images by
 */
public record EvaluationRules(Mask.Resize masks, DetectorMethod.ImageScore score) {
    /** The rules of most methods: masks by the nearest pixel, and the detector's own score. */
    public static final EvaluationRules USUAL = new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OWN);

    /** The rules of a method's published evaluation. */
    public static EvaluationRules of(DetectorMethod method) {
        return new EvaluationRules(method.evaluationMasks(), method.evaluationScore());
    }
}
