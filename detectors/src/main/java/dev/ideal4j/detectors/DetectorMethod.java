package dev.ideal4j.detectors;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A method by name, with its options and published defaults: what programs need to offer it without knowing it. Programs
 * that know which method they want have it easier with its own classes, which the module path offers for IDEAL alone.
 *
 * <p>A class with a public constructor without parameters whose name stands in a file
 * {@code META-INF/services/dev.ideal4j.detectors.DetectorMethod} on the class path, or that a module provides, is a method
 * like those of this library: {@link DetectorMethods} finds it, {@link FittedDetectors} loads its files, and the command line offers it.
 *
 * @see DetectorMethods
 */
public interface DetectorMethod {
    /** Its name: {@code ideal}, {@code visionad}, … */
    String name();

    /** What it is, in a few words, with its paper. */
    String summary();

    /**
     * How it uses the networks it can look through.
     *
     * @param values of {@link #options()}: layers, for instance
     */
    default BackboneLoader backbones(OptionValues values) {
        return BackboneLoader.dinoV2();
    }

    /** Settings of the detector. */
    List<MethodOption<?>> options();

    /**
     * Checks settings without a backbone.
     *
     * @param values of {@link #options()}
     * @throws InvalidInputException if a value is out of its range
     */
    void check(OptionValues values);

    /** Whether abnormal references have an effect. */
    default boolean usesAbnormal() {
        return true;
    }

    /**
     * Whether the masks of abnormal references have an effect.
     *
     * @param values of {@link #options()}
     */
    default boolean usesMasks(OptionValues values) {
        return usesAbnormal();
    }

    /**
     * What a fit has.
     *
     * @param extractor the backbone
     * @param checkpoint whether the trained part comes from a file
     * @param abnormal whether there are abnormal references
     * @param values of {@link #options()}
     */
    record Fit(FeatureExtractor extractor, boolean checkpoint, boolean abnormal, OptionValues values) {}

    /**
     * The options that have no effect on a fit.
     *
     * @return the reason by the option's name: {@code "without abnormal references"}
     */
    default Map<String, String> withoutEffect(Fit fit) {
        return Map.of();
    }

    /** Whether the trained part has an effect without abnormal references. */
    default boolean trainedPartNeedsAbnormal() {
        return false;
    }

    /** How the published evaluation resizes masks to the size of the map. */
    default Mask.Resize evaluationMasks() {
        return Mask.Resize.NEAREST;
    }

    /** Which image score the published evaluation ranks by. */
    default ImageScore evaluationScore() {
        return ImageScore.OWN;
    }

    /** What the image metrics of an evaluation rank images by. */
    enum ImageScore {
        /** The detector's image score. */
        OWN,
        /**
         * FDSL's: {@code (p + m′) / 2}, p the image score and m′ the highest value of the map, scaled to [0, 1] over all
         * test images of the product. An image has no such score by itself.
         */
        OVER_PRODUCT
    }

    /** Whether a fit takes far longer than scoring. */
    default boolean trainsInFit() {
        return false;
    }

    /** The scale of heat maps without calibration. */
    default HeatScale heatScale() {
        return new HeatScale(0.3f, 0.6f);
    }

    /**
     * Makes a detector.
     *
     * @param extractor the backbone, as {@link #backbones} opens it; used, not closed
     * @param checkpoint the trained part, or null: then it is untrained
     * @param seed of the untrained part
     * @throws InvalidInputException if a value is out of its range, or the checkpoint does not fit, or the method has no
     *     trained part
     */
    FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values);

    /**
     * The detector that was fitted, from the file of a fitted one; for {@link FittedDetectors}.
     *
     * @param file open until this returns, not after
     * @param extractor the backbone it was fitted with; used, not closed
     * @throws IllegalArgumentException if something in the file is not as expected
     * @throws InvalidInputException if something in the file is not as expected
     * @throws dev.ideal4j.core.FileFormatException if something is missing in the file
     */
    FewShotDetector restore(FittedFile file, FeatureExtractor extractor);

    /** Whether a fitted detector needs the backbone that it was fitted with; else any will do. */
    default boolean looksThroughBackbone() {
        return true;
    }

    /**
     * What a user who gives no checkpoint should know.
     *
     * @param seed of the trained part's first values
     * @param values of {@link #options()}
     */
    default String withoutCheckpoint(long seed, OptionValues values) {
        return "the trained part is untrained (seed " + seed + "), so scores mean little";
    }

    /** Whether the method has a trained part; {@code dev.ideal4j.detectors.training.TrainableMethod} trains it. */
    default boolean trains() {
        return false;
    }
}
