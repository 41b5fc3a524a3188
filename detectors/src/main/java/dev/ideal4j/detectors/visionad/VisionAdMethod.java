package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.common.CommonOptions;
import dev.ideal4j.detectors.common.RecordSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** VisionAD by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class VisionAdMethod implements DetectorMethod {
    private static final VisionAdConfig PUBLISHED = VisionAdConfig.PUBLISHED;
    private static final int SIDE = 448;
    private static final int CUT = 392;

    private static final MethodOption<Integer> FIRST_LAYER = new MethodOption<>(
            "first-layer",
            "I",
            Integer.class,
            null,
            "First block, from 0, of those whose mean makes the features (default: 4 of 24, 2 of 12).");
    private static final MethodOption<Integer> LAST_LAYER = new MethodOption<>(
            "last-layer", "I", Integer.class, null, "Last of these blocks (default: 18 of 24, 9 of 12).");
    private static final MethodOption<Integer> CROP = new MethodOption<>(
            "crop",
            "PIXELS",
            Integer.class,
            null,
            "Side of the square cut from the middle of an image after resizing to --size; a multiple of 14 (default: 7/8 "
                    + "of it, 392 of 448).");
    private static final MethodOption<Boolean> PLAIN_SUPPORT = MethodOption.flag(
            "no-support-augmentation", "Leave turned and mirrored copies of the references out of the memory bank.");
    private static final MethodOption<Boolean> PLAIN_QUERY = MethodOption.flag(
            "no-query-augmentation", "Look at queries one way instead of three; a third of time and memory.");
    private static final MethodOption<Integer> SCORE_SIDE = MethodOption.of(
            "score-side",
            "PIXELS",
            PUBLISHED.scoreSide(),
            "Side of the map whose highest values make the image score; 0 for the patches.");
    private static final MethodOption<Double> TOP_FRACTION = CommonOptions.topFraction(PUBLISHED.topFraction());
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(PUBLISHED.smoothing());
    private static final MethodOption<Double> CORESET = MethodOption.of(
            "coreset",
            "SHARE",
            PUBLISHED.coreset(),
            "Share of the memory bank that is kept: the most different patches.");

    private static final MethodOption<ProductChoice> MULTI_CLASS = MethodOption.of(
            "multi-class",
            "WHEN",
            ProductChoice.NONE,
            "Fit to several products at once and find out which one an image shows: for each image, or once for all by the "
                    + "first of them, as published.");

    @Override
    public String name() {
        return VisionAdDetector.METHOD;
    }

    @Override
    public String summary() {
        return "search among the patches of normal references (arXiv 2504.11895)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                FIRST_LAYER,
                LAST_LAYER,
                CROP,
                PLAIN_SUPPORT,
                PLAIN_QUERY,
                SCORE_SIDE,
                TOP_FRACTION,
                SMOOTHING,
                CORESET,
                MULTI_CLASS);
    }

    /**
     * {@inheritDoc}
     *
     * <p>DINOv2 as published: bilinear resize to 448, centre crop of 392×392, the mean of the raw tokens of the middle
     * blocks, positions resized without antialiasing, also for networks with registers.
     */
    @Override
    public BackboneLoader backbones(OptionValues values) {
        return BackboneLoader.dinoV2(BackboneNeed.PIXELS, (network, size) -> dinoV2(network, size, values));
    }

    /** The options with which the published program uses a DINOv2 network. */
    public static DinoV2.Options dinoV2(VitConfig network) {
        return dinoV2(network, 0, OptionValues.NONE);
    }

    private static DinoV2.Options dinoV2(VitConfig network, int size, OptionValues values) {
        int side = size == 0 ? SIDE : size;
        int patch = network.patchSize();
        Integer crop = values.get(CROP);
        int cut = crop == null ? Math.max(patch, side * CUT / SIDE / patch * patch) : crop;
        if (cut > side || (side - cut) % 2 != 0) {
            throw new InvalidInputException(
                    "--crop", Integer.toString(cut), "at most the size, " + side + ", and less by an even number");
        }
        int depth = network.depth();
        Integer first = values.get(FIRST_LAYER);
        Integer last = values.get(LAST_LAYER);
        int from = first == null ? depth / 6 : first;
        int to = last == null ? depth * 3 / 4 : last;
        return DinoV2.Options.DEFAULT
                .withInput(cut, cut)
                .withResize(PillowResize.Filter.BILINEAR, (side - cut) / 2)
                .withLayers(CommonOptions.blocks(from, to, depth), false)
                .withPosition(VitConfig.Position.PLAIN);
    }

    private static VisionAdConfig config(OptionValues values) {
        return new VisionAdConfig(
                !values.get(PLAIN_SUPPORT),
                !values.get(PLAIN_QUERY),
                values.get(SCORE_SIDE),
                values.get(TOP_FRACTION),
                values.get(SMOOTHING),
                values.get(CORESET));
    }

    @Override
    public void check(OptionValues values) {
        config(values);
    }

    @Override
    public boolean usesAbnormal() {
        return false;
    }

    @Override
    public Map<String, String> withoutEffect(Fit fit) {
        String reason = "with the backbone " + fit.extractor().name();
        return fit.extractor() instanceof DinoV2
                ? Map.of()
                : Map.of(FIRST_LAYER.name(), reason, LAST_LAYER.name(), reason, CROP.name(), reason);
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(1, 2.5f);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        CommonOptions.refuseCheckpoint(checkpoint, "VisionAD");
        return new VisionAdDetector(extractor, config(values), values.get(MULTI_CLASS));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        ProductChoice choice = ProductChoice.valueOf(file.config("productChoice"));
        return new VisionAdDetector(extractor, RecordSettings.read(file, VisionAdConfig.class), choice);
    }
}
