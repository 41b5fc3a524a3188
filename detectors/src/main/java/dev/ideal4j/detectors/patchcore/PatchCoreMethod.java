package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.backbone.FeatureExtractor;
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

/** PatchCore by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class PatchCoreMethod implements DetectorMethod {
    private static final PatchCoreConfig PUBLISHED = PatchCoreConfig.PUBLISHED;

    private static final MethodOption<PatchCoreVariant> VARIANT = MethodOption.of(
            "variant", "NAME", PUBLISHED.variant(), "Which of the two public implementations to follow.");
    private static final MethodOption<Integer> NEIGHBOURHOOD = MethodOption.of(
            "neighbourhood",
            "PATCHES",
            PUBLISHED.neighbourhood(),
            "Side of the square of patches that makes one feature, odd; 1 for none.");
    private static final MethodOption<Double> CORESET = MethodOption.of(
            "coreset",
            "SHARE",
            PUBLISHED.coreset(),
            "Share of the memory bank that is kept: the most different patches.");
    private static final MethodOption<Integer> NEIGHBOURS = new MethodOption<>(
            "neighbours",
            "N",
            Integer.class,
            null,
            "Rows of the memory bank that re-weight the image score (anomalib; default: 9, 1 for none), or whose mean "
                    + "distance is the patch score (authors; default: 1).");
    private static final MethodOption<Integer> PRETRAIN = MethodOption.of(
            "pretrain-dimension",
            "N",
            PUBLISHED.pretrainDimension(),
            "Numbers that a layer's neighbourhood is reduced to.");
    private static final MethodOption<Integer> TARGET = MethodOption.of(
            "target-dimension", "N", PUBLISHED.targetDimension(), "Numbers that all layers together are reduced to.");
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(PUBLISHED.smoothing());
    private static final MethodOption<Long> SEED =
            CommonOptions.fitSeed("the coreset's projection and first patch", PUBLISHED.seed());

    @Override
    public String name() {
        return PatchCoreDetector.METHOD;
    }

    @Override
    public String summary() {
        return "nearest neighbours among the most different patches of normal references (arXiv 2106.08265)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(VARIANT, NEIGHBOURHOOD, CORESET, NEIGHBOURS, PRETRAIN, TARGET, SMOOTHING, SEED);
    }

    private static PatchCoreConfig config(OptionValues values) {
        PatchCoreVariant variant = values.get(VARIANT);
        Integer neighbours = values.get(NEIGHBOURS);
        return new PatchCoreConfig(
                variant,
                values.get(NEIGHBOURHOOD),
                values.get(CORESET),
                neighbours == null ? PatchCoreConfig.publishedNeighbours(variant) : neighbours,
                values.get(PRETRAIN),
                values.get(TARGET),
                values.get(SMOOTHING),
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
        String reason = "with the variant of anomalib";
        return fit.values().get(VARIANT) == PatchCoreVariant.AUTHORS
                ? Map.of()
                : Map.of(PRETRAIN.name(), reason, TARGET.name(), reason);
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(1, 4);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        CommonOptions.refuseCheckpoint(checkpoint, "PatchCore");
        return new PatchCoreDetector(extractor, config(values));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        return new PatchCoreDetector(extractor, RecordSettings.read(file, PatchCoreConfig.class));
    }
}
