package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.backbone.FeatureExtractor;
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

/** AnomalyDINO by name, for {@link dev.ideal4j.detectors.DetectorMethods}. */
public final class AnomalyDinoMethod implements DetectorMethod {
    private static final AnomalyDinoConfig PUBLISHED = AnomalyDinoConfig.PUBLISHED;

    private static final MethodOption<Integer> ROTATIONS = MethodOption.of(
            "rotations",
            "N",
            PUBLISHED.rotations(),
            "Copies of a reference, turned by equal steps, itself included; 1 for itself alone.");
    private static final MethodOption<Boolean> MASK_QUERIES =
            MethodOption.flag("mask-queries", "Give the background of an image the score 0.");
    private static final MethodOption<Boolean> MASK_REFERENCES =
            MethodOption.flag("mask-references", "Leave the background of references out of the memory bank.");
    private static final MethodOption<Float> MASK_THRESHOLD = CommonOptions.maskThreshold();
    private static final MethodOption<Integer> MASK_KERNEL = CommonOptions.maskKernel();
    private static final MethodOption<Double> MASK_BORDER = CommonOptions.maskBorder();
    private static final MethodOption<Boolean> MASK_GRID = MethodOption.flag(
            "mask-grid",
            "Let the mask grow over the grid of patches; as published it grows along the list of patches, row after row.");
    private static final MethodOption<PatchMetric> METRIC =
            MethodOption.of("metric", "NAME", PUBLISHED.metric(), "Distance of patches: 1 − cosine, or Euclidean.");
    private static final MethodOption<Integer> NEIGHBOURS = MethodOption.of(
            "neighbours", "N", PUBLISHED.neighbours(), "Nearest patches whose mean distance is the patch score.");
    private static final MethodOption<Double> TOP_FRACTION = CommonOptions.topFraction(PUBLISHED.topFraction());
    private static final MethodOption<Float> SMOOTHING = CommonOptions.smoothing(PUBLISHED.smoothing());

    @Override
    public String name() {
        return AnomalyDinoDetector.METHOD;
    }

    @Override
    public String summary() {
        return "nearest neighbours among the patches of turned references (arXiv 2405.14529)";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(
                ROTATIONS,
                MASK_QUERIES,
                MASK_REFERENCES,
                MASK_THRESHOLD,
                MASK_KERNEL,
                MASK_BORDER,
                MASK_GRID,
                METRIC,
                NEIGHBOURS,
                TOP_FRACTION,
                SMOOTHING);
    }

    private static AnomalyDinoConfig config(OptionValues values) {
        return new AnomalyDinoConfig(
                values.get(ROTATIONS),
                values.get(MASK_QUERIES),
                values.get(MASK_REFERENCES),
                new ForegroundMask(
                        values.get(MASK_THRESHOLD),
                        values.get(MASK_KERNEL),
                        values.get(MASK_BORDER),
                        !values.get(MASK_GRID)),
                values.get(METRIC),
                values.get(NEIGHBOURS),
                values.get(TOP_FRACTION),
                values.get(SMOOTHING));
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
        if (!fit.values().get(MASK_QUERIES) && !fit.values().get(MASK_REFERENCES)) {
            for (MethodOption<?> option : List.of(MASK_THRESHOLD, MASK_KERNEL, MASK_BORDER, MASK_GRID)) {
                without.put(option.name(), "without masks");
            }
        }
        return without;
    }

    @Override
    public HeatScale heatScale() {
        return new HeatScale(0.2f, 0.6f);
    }

    @Override
    public FewShotDetector detector(FeatureExtractor extractor, Path checkpoint, long seed, OptionValues values) {
        CommonOptions.refuseCheckpoint(checkpoint, "AnomalyDINO");
        return new AnomalyDinoDetector(extractor, config(values));
    }

    @Override
    public FewShotDetector restore(FittedFile file, FeatureExtractor extractor) {
        return new AnomalyDinoDetector(extractor, RecordSettings.read(file, AnomalyDinoConfig.class));
    }
}
