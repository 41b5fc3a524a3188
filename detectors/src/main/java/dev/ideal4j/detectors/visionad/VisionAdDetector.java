package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.MultiProductDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.BackboneDetector;
import java.util.List;
import java.util.Map;

/**
 * VisionAD ("Search is all you need", arXiv 2504.11895). The score of a patch is its distance to the nearest patch of the
 * normal references and of their rotated and mirrored copies. Nothing is trained, and abnormal references are not used. The
 * published backbone is the mean of DINOv2's middle layers on cropped images, see {@link VisionAdMethod#backbones}.
 */
public final class VisionAdDetector extends BackboneDetector implements MultiProductDetector {
    /** The name of the method. */
    public static final String METHOD = "visionad";

    private final PixelExtractor pixels;
    private final VisionAdConfig config;
    private final ProductChoice choice;

    /** As {@link #VisionAdDetector(FeatureExtractor, VisionAdConfig)}, with the published settings. */
    public VisionAdDetector(FeatureExtractor extractor) {
        this(extractor, VisionAdConfig.PUBLISHED);
    }

    /** As {@link #VisionAdDetector(FeatureExtractor, VisionAdConfig, ProductChoice)}, for one product at a time. */
    public VisionAdDetector(FeatureExtractor extractor, VisionAdConfig config) {
        this(extractor, config, ProductChoice.NONE);
    }

    /**
     * Creates a detector.
     *
     * @param extractor the backbone; used, not closed
     * @param choice when the detector recognises the product, if it is fitted to several products
     * @throws InvalidInputException if the backbone is no {@link PixelExtractor}, or its input is not square although the
     *     settings rotate references
     */
    public VisionAdDetector(FeatureExtractor extractor, VisionAdConfig config, ProductChoice choice) {
        super(METHOD, extractor, config);
        if (config.supportAugmentation() && extractor.inputHeight() != extractor.inputWidth()) {
            throw new InvalidInputException(
                    "input of " + extractor.name(),
                    extractor.inputWidth() + "×" + extractor.inputHeight(),
                    "a square, to turn references; or no support augmentation");
        }
        this.pixels = BackboneNeed.PIXELS.of(extractor);
        this.config = config;
        this.choice = choice;
    }

    @Override
    protected void describe(Map<String, Object> record) {
        super.describe(record);
        record.put("productChoice", choice);
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if there is no normal reference
     */
    @Override
    protected Scorer fit(References references, Scope scope) {
        requireNormal("references", references.normal());
        SupportBanks banks = SupportBanks.of(pixels, config, references.of(References.Role.NORMAL), scope);
        return new FittedVisionAd(pixels, config, references.normal().size(), banks, scope);
    }

    private static void requireNormal(String what, List<RgbImage> normal) {
        if (normal.isEmpty()) {
            throw new InvalidInputException(what, "no normal image", "one or more: VisionAD learns from them alone");
        }
    }

    @Override
    public boolean isMultiProduct() {
        return choice != ProductChoice.NONE;
    }

    /**
     * Fits to several products at once, as the class-aware memory bank of the paper. The scorer recognises the product of an
     * image.
     *
     * @param products normal references by product name; of products with equal similarity, the first one is chosen
     * @throws InvalidInputException if there is no product, or one has no normal reference
     */
    @Override
    public ClassAwareVisionAd scorer(Map<String, References> products) {
        if (products.isEmpty()) {
            throw new InvalidInputException("products", "none", "at least one");
        }
        products.forEach((name, references) -> requireNormal("references of " + name, references.normal()));
        return during(() -> ClassAwareVisionAd.of(pixels, config, choice, products));
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new VisionAdDetector(other, config, choice);
    }
}
