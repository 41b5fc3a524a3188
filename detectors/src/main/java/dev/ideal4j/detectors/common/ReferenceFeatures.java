package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.List;

/**
 * The features of a product's references. The tensors belong to the given scope.
 *
 * @param normal features of normal patches, {@code (n, C)}: the patches of the normal references or, if there are none, the
 *     patches of the abnormal references outside their masks
 * @param abnormal features of all patches of the abnormal references, {@code (a·N, C)}, reference by reference
 * @param masks masks of the abnormal references, on the patch grid
 */
public record ReferenceFeatures(Tensor normal, Tensor abnormal, List<PatchMask> masks) {
    /**
     * Runs the references through the network.
     *
     * @param mayBeEmpty whether a mask may mark nothing
     * @throws InvalidInputException if the mask of an abnormal reference is empty and {@code mayBeEmpty} is false, or if
     *     there are no normal references and the masks leave no patch
     */
    public static ReferenceFeatures of(
            References references, FeatureExtractor extractor, boolean mayBeEmpty, Scope scope) {
        List<PatchMask> masks = new ArrayList<>();
        List<Reference> abnormal = references.of(Role.ABNORMAL);
        for (Reference known : abnormal) {
            PatchMask marked = PatchMask.of(
                    known.mask().resize(extractor.inputWidth(), extractor.inputHeight()), extractor.patchSize());
            boolean[] defective = new boolean[marked.size()];
            boolean[] ignored = ignored(known, extractor);
            boolean any = !known.mask().isEmpty() && known.ignored() == null;
            for (int i = 0; i < defective.length; i++) {
                defective[i] = marked.marked(i) && !ignored[i];
                any |= defective[i];
            }
            if (!any && !mayBeEmpty) {
                throw new InvalidInputException(
                        "mask of " + known.name(),
                        known.mask().isEmpty() ? "no pixel set" : "no defect among the pixels that count",
                        "a marked defect");
            }
            masks.add(PatchMask.of(marked.rows(), marked.columns(), defective));
        }
        Tensor defects = patches(extractor, abnormal, scope);
        List<Reference> good = references.of(Role.NORMAL);
        return new ReferenceFeatures(
                good.isEmpty()
                        ? outside(masks, abnormal, defects, extractor, scope)
                        : counted(good, patches(extractor, good, scope), extractor, scope),
                defects,
                masks);
    }

    /** For each patch, whether it is ignored; a new array. */
    public static boolean[] ignored(Reference known, FeatureExtractor extractor) {
        return known.ignored() == null
                ? new boolean[extractor.patches()]
                : IgnoredPixels.of(known.ignored(), extractor).patches();
    }

    /** The rows of patches that count. */
    private static Tensor counted(List<Reference> known, Tensor rows, FeatureExtractor extractor, Scope scope) {
        if (known.stream().allMatch(reference -> reference.ignored() == null)) {
            return rows;
        }
        return kept(
                known.stream().map(reference -> ignored(reference, extractor)).toList(), rows, scope);
    }

    private static Tensor kept(List<boolean[]> ignored, Tensor rows, Scope scope) {
        int width = rows.shape().last();
        float[] kept = IgnoredPixels.kept(rows.toArray(), width, ignored);
        if (kept.length == 0) {
            throw new InvalidInputException(
                    "references", "no normal image, and masks that cover all patches", "a patch that is normal");
        }
        return scope.upload(kept, kept.length / width, width);
    }

    /** The features of all patches of all images, {@code (n·N, C)}. */
    private static Tensor patches(FeatureExtractor extractor, List<Reference> known, Scope scope) {
        Tensor features =
                extractor.features(known.stream().map(Reference::image).toList(), scope);
        return features.reshape(features.shape().rows(), extractor.width());
    }

    /** The features of the patches outside the masks, which are the normal patches of abnormal images. */
    private static Tensor outside(
            List<PatchMask> masks, List<Reference> known, Tensor rows, FeatureExtractor extractor, Scope scope) {
        List<boolean[]> left = new ArrayList<>();
        for (int i = 0; i < masks.size(); i++) {
            boolean[] out = ignored(known.get(i), extractor);
            for (int patch = 0; patch < out.length; patch++) {
                out[patch] |= masks.get(i).marked(patch);
            }
            left.add(out);
        }
        return kept(left, rows, scope);
    }
}
