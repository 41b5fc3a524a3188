package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.BackboneNeed;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedFile;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.MethodOption;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.common.CommonOptions;
import dev.ideal4j.detectors.common.ForegroundMask;
import dev.ideal4j.detectors.common.RecordSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SubspaceAD by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class SubspaceAdMethod implements DetectorMethod {
    private static final SubspaceAdConfig PUBLISHED = SubspaceAdConfig.PUBLISHED;
    private static final int SIDE = 672;
    private static final double CROP_SHARE = 0.875;

    /** Depth of the published network; its first and last layer follow. */
    private static final int DEPTH = 40;

    private static final int FIRST = 22;
    private static final int LAST = 28;

    /**
     * The published layers are the 18th to the 12th from the end. Networks of 18 or fewer layers use the same shares of their
     * depth instead.
     */
    private static final int FROM_END = DEPTH - FIRST;

    private static final int TO_END = DEPTH - LAST;

    private static final MethodOption<Integer> FIRST_LAYER = new MethodOption<>(
            "first-layer",
            "I",
            Integer.class,
            null,
            "First block, from 0, of those whose mean makes the features (default: 22 of 40, 6 of 24, 6 of 12).");
    private static final MethodOption<Integer> LAST_LAYER = new MethodOption<>(
            "last-layer", "I", Integer.class, null, "Last of these blocks (default: 28 of 40, 12 of 24, 8 of 12).");
    private static final MethodOption<Boolean> CENTRE_CROP =
            MethodOption.flag("centre-crop", "Resize images to 8/7 of --size and cut their middle.");
    private static final MethodOption<Double> VARIANCE = MethodOption.of(
            "explained-variance",
            "SHARE",
            PUBLISHED.explainedVariance(),
            "Share of the variance that the subspace keeps at least.");
    private static final MethodOption<Integer> COMPONENTS = MethodOption.of(
            "components",
            "N",
            PUBLISHED.components(),
            "Axes of the subspace; 0 for as many as --explained-variance needs.");
    private static final MethodOption<Integer> DROP =
            MethodOption.of("drop-components", "N", PUBLISHED.drop(), "First axes that are left out of the subspace.");
    private static final MethodOption<Integer> ROTATIONS =
            MethodOption.of("rotations", "N", PUBLISHED.rotations(), "Turned copies of each reference, beside itself.");
    private static final MethodOption<Double> LARGEST = MethodOption.of(
            "largest-rotation", "DEGREES", PUBLISHED.largestRotation(), "The copies' angles are drawn up to this.");
    private static final MethodOption<PatchScore> PATCH_SCORE =
            MethodOption.of("patch-score", "NAME", PUBLISHED.patchScore(), "What makes the score of a patch.");
    private static final MethodOption<Aggregation> AGGREGATION = MethodOption.of(
            "aggregation", "NAME", PUBLISHED.aggregation(), "What of the map's pixels makes the image score.");
    private static final MethodOption<Double> TOP_FRACTION = CommonOptions.topFraction(PUBLISHED.topFraction());
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(PUBLISHED.smoothing());
    private static final MethodOption<Boolean> MASK_QUERIES =
            MethodOption.flag("mask-queries", "Give the background of an image the score 0.");
    private static final MethodOption<Float> MASK_THRESHOLD = CommonOptions.maskThreshold();
    private static final MethodOption<Integer> MASK_KERNEL = CommonOptions.maskKernel();
    private static final MethodOption<Double> MASK_BORDER = CommonOptions.maskBorder();
    private static final MethodOption<Long> SEED = CommonOptions.fitSeed("the copies' angles", PUBLISHED.seed());

    @Override
    public String name() {
        return SubspaceAdDetector.METHOD;
    }

    @Override
    public String summary() {
        return "a subspace of normal patches by PCA (arXiv 2602.23013)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                FIRST_LAYER,
                LAST_LAYER,
                CENTRE_CROP,
                VARIANCE,
                COMPONENTS,
                DROP,
                ROTATIONS,
                LARGEST,
                PATCH_SCORE,
                AGGREGATION,
                TOP_FRACTION,
                SMOOTHING,
                MASK_QUERIES,
                MASK_THRESHOLD,
                MASK_KERNEL,
                MASK_BORDER,
                SEED);
    }

    /**
     * {@inheritDoc}
     *
     * <p>DINOv2 as published: images resized to 672, features are the mean of the raw tokens of the middle blocks.
     */
    @Override
    public BackboneLoader backbones(OptionValues values) {
        return BackboneLoader.dinoV2(BackboneNeed.ANY, (network, size) -> dinoV2(network, size, values));
    }

    /** The options with which the published program uses a DINOv2 network. */
    public static DinoV2.Options dinoV2(VitConfig network) {
        return dinoV2(network, 0, OptionValues.NONE);
    }

    private static DinoV2.Options dinoV2(VitConfig network, int size, OptionValues values) {
        int side = size == 0 ? SIDE : size;
        int depth = network.depth();
        boolean deep = depth > FROM_END;
        Integer first = values.get(FIRST_LAYER);
        Integer last = values.get(LAST_LAYER);
        int from = first != null ? first : deep ? depth - FROM_END : depth * FIRST / DEPTH;
        int to = last != null ? last : deep ? depth - TO_END : depth * LAST / DEPTH;
        int margin = values.get(CENTRE_CROP) ? ((int) (side / CROP_SHARE) - side) / 2 : 0;
        return DinoV2.Options.DEFAULT
                .withInput(side, side)
                .withResize(PillowResize.Filter.BICUBIC, margin)
                .withLayers(CommonOptions.blocks(from, to, depth), false);
    }

    private static SubspaceAdConfig config(OptionValues values) {
        return new SubspaceAdConfig(
                values.get(VARIANCE),
                values.get(COMPONENTS),
                values.get(DROP),
                values.get(ROTATIONS),
                values.get(LARGEST),
                values.get(PATCH_SCORE),
                values.get(AGGREGATION),
                values.get(TOP_FRACTION),
                values.get(SMOOTHING),
                values.get(MASK_QUERIES),
                new ForegroundMask(values.get(MASK_THRESHOLD), values.get(MASK_KERNEL), values.get(MASK_BORDER), false),
                values.get(SEED));
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
        Map<String, String> without = new HashMap<>();
        if (!(fit.extractor() instanceof DinoV2)) {
            for (MethodOption<?> option : List.of(FIRST_LAYER, LAST_LAYER, CENTRE_CROP)) {
                without.put(
                        option.name(), "with the backbone " + fit.extractor().name());
            }
        }
        if (!fit.values().get(MASK_QUERIES)) {
            for (MethodOption<?> option : List.of(MASK_THRESHOLD, MASK_KERNEL, MASK_BORDER)) {
                without.put(option.name(), "without mask");
            }
        }
        if (fit.values().get(COMPONENTS) > 0) {
            without.put(VARIANCE.name(), "with a number of components");
        }
        if (fit.values().get(AGGREGATION) != Aggregation.TOP) {
            without.put(TOP_FRACTION.name(), "with this aggregation");
        }
        if (fit.values().get(ROTATIONS) == 0) {
            without.put(LARGEST.name(), "without turned copies");
            without.put(SEED.name(), "without turned copies");
        }
        return without;
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(0.1f, 0.5f);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        CommonOptions.refuseCheckpoint(checkpoint, "SubspaceAD");
        return new SubspaceAdDetector(extractor, config(values));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        return new SubspaceAdDetector(extractor, RecordSettings.read(file, SubspaceAdConfig.class));
    }
}
