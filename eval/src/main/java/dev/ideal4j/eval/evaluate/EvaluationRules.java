package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.DetectorMethod;

/**
 * Rules that published evaluations differ in.
 *
 * @param masks how masks are resized to the maps
 * @param score what image metrics rank images by
 */
public record EvaluationRules(Mask.Resize masks, DetectorMethod.ImageScore score) {
    /** Of most methods: masks by the nearest pixel, the detector's own score. */
    public static final EvaluationRules USUAL = new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OWN);

    /** Those of a method's published evaluation. */
    public static EvaluationRules of(DetectorMethod method) {
        return new EvaluationRules(method.evaluationMasks(), method.evaluationScore());
    }
}
