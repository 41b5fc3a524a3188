package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The features of a product's references. The tensors are the given scope's.
 *
 * @param normal of normal patches, {@code (n, C)}: those of the normal references, or, when there is none, those outside
 *     the masks of the abnormal ones
 * @param abnormal of all patches of the abnormal references, {@code (a·N, C)}, reference by reference
 * @param masks of the abnormal references, on the patch grid
 */
public record ReferenceFeatures(Tensor normal, Tensor abnormal, List<PatchMask> masks) {
    /**
     * Runs the references through the network.
     *
     * @param mayBeEmpty whether masks need not mark anything
     * @throws InvalidInputException if the mask of an abnormal reference is empty and must not be, or without normal
     *     references the masks leave no patch
     */
    public static ReferenceFeatures of(
            References references, FeatureExtractor extractor, boolean mayBeEmpty, Scope scope) {
        List<PatchMask> masks = new ArrayList<>();
        for (References.Abnormal reference : references.abnormal()) {
            if (reference.mask().isEmpty() && !mayBeEmpty) {
                throw new InvalidInputException(
                        "mask of abnormal reference " + masks.size(), "no pixel set", "a marked defect");
            }
            Mask mask = reference.mask().resize(extractor.inputWidth(), extractor.inputHeight());
            masks.add(PatchMask.of(mask, extractor.patchSize()));
        }
        List<RgbImage> defective =
                references.abnormal().stream().map(References.Abnormal::image).toList();
        Tensor abnormal = patches(extractor, defective, scope);
        Tensor normal = references.normal().isEmpty()
                ? outside(masks, abnormal, scope)
                : patches(extractor, references.normal(), scope);
        return new ReferenceFeatures(normal, abnormal, masks);
    }

    /** The features of all patches of all images, {@code (n·N, C)}. */
    private static Tensor patches(FeatureExtractor extractor, List<RgbImage> images, Scope scope) {
        Tensor features = extractor.features(images, scope);
        return features.reshape(features.shape().rows(), extractor.width());
    }

    /** The patches outside the masks: what is normal in abnormal images. */
    private static Tensor outside(List<PatchMask> masks, Tensor features, Scope scope) {
        int width = features.shape().last();
        float[] from = features.toArray();
        float[] to = new float[from.length];
        int rows = 0;
        int row = 0;
        for (PatchMask mask : masks) {
            for (int patch = 0; patch < mask.size(); patch++, row++) {
                if (!mask.marked(patch)) {
                    System.arraycopy(from, row * width, to, rows++ * width, width);
                }
            }
        }
        if (rows == 0) {
            throw new InvalidInputException(
                    "references", "no normal image, and masks that cover all patches", "a patch that is normal");
        }
        return scope.upload(Arrays.copyOf(to, rows * width), rows, width);
    }
}
