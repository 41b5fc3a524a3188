package dev.ideal4j.detectors;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A detection method by name, with its options and published defaults. Programs use this interface to offer any method.
 * Programs that need one particular method are simpler with the classes of that method, but on the module path only the
 * classes of IDEAL are exported.
 *
 * <p>To add a method, write a class with a public constructor without parameters, and name the class in the file
 * {@code META-INF/services/dev.ideal4j.detectors.DetectorMethod} on the class path, or provide it from a module.
 * {@link DetectorMethods} finds it like the methods of this library, {@link FittedDetectors} loads its files, and the command
 * line offers it.
 *
 * @see DetectorMethods
 */
public interface DetectorMethod {
    /** The name of the method, for example {@code ideal} or {@code visionad}. */
    String name();

    /** A few words that describe the method and name its paper. */
    String summary();

    /**
     * Says which networks the method can use as its backbone, and how.
     *
     * @param values of {@link #options()}, for instance layers
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
     * The circumstances of a fit.
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

    /** The interpolation with which the published evaluation resizes masks to the size of the map. */
    default Mask.Resize evaluationMasks() {
        return Mask.Resize.NEAREST;
    }

    /** The image score by which the published evaluation ranks images. */
    default ImageScore evaluationScore() {
        return ImageScore.OWN;
    }

    /** Image scores by which an evaluation can rank images. */
    enum ImageScore {
        /** The detector's image score. */
        OWN,
        /**
         * The score of FDSL: {@code (p + m′) / 2}, where p is the image score and m′ the highest value of the map, scaled
         * to [0, 1] over all test images of the product. A single image has no such score.
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
     * @param checkpoint file of the trained part, or null for an untrained one
     * @param seed seed of the untrained part
     * @param values of {@link #options()}
     * @throws InvalidInputException if a value is out of its range, the checkpoint does not fit, or a checkpoint is given but
     *     the method has no trained part
     */
    FewShotDetector detector(FeatureExtractor extractor, @Nullable Path checkpoint, long seed, OptionValues values);

    /**
     * Restores a fitted detector's method from a file. {@link FittedDetectors} calls this.
     *
     * @param file valid only until this method returns
     * @param extractor the backbone it was fitted with; used, not closed
     * @throws IllegalArgumentException if a value in the file is not as expected
     * @throws InvalidInputException if a value in the file is not as expected
     * @throws dev.ideal4j.core.FileFormatException if something is missing in the file
     */
    FewShotDetector restore(FittedFile file, FeatureExtractor extractor);

    /** Whether a fitted detector needs the backbone that it was fitted with. If not, any backbone will do. */
    default boolean looksThroughBackbone() {
        return true;
    }

    /**
     * A message for users who give no checkpoint.
     *
     * @param seed seed of the random values of the trained part
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
