package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.MemoryBank;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.common.RecordSettings;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** VisionAD fitted to one product: the distance of each patch to the nearest row of the memory bank. */
final class FittedVisionAd extends OpenDetector implements GraphScorer {
    private static final String NORMAL_REFERENCES = "normalReferences";

    private final PixelExtractor extractor;
    private final VisionAdConfig config;
    private final int references;
    private final SupportBanks banks;
    private final Scope scope;

    /**
     * @param references number of images in the banks, without their augmented copies
     * @param scope owns the banks; closed with this detector
     */
    FittedVisionAd(PixelExtractor extractor, VisionAdConfig config, int references, SupportBanks banks, Scope scope) {
        this(lifetime(VisionAdDetector.METHOD), extractor, config, references, banks, scope);
    }

    /** Creates a part of another detector that shares its lifetime. */
    FittedVisionAd(
            Lifetime lifetime,
            PixelExtractor extractor,
            VisionAdConfig config,
            int references,
            SupportBanks banks,
            Scope scope) {
        super(lifetime, extractor::use);
        this.extractor = extractor;
        this.config = config;
        this.references = references;
        this.banks = banks;
        this.scope = scope;
    }

    @Override
    public Map<String, Object> config() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", VisionAdDetector.METHOD);
        map.put("backbone", extractor.name());
        map.put(NORMAL_REFERENCES, references);
        map.put("abnormalReferences", 0);
        map.put("bankRows", banks.banks().stream().mapToLong(MemoryBank::size).sum());
        map.putAll(RecordSettings.toMap(config));
        return Collections.unmodifiableMap(map);
    }

    /** Number of images in the banks, without their augmented copies. */
    int references() {
        return references;
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    private PatchScoring scoring(PixelExtractor by) {
        return new PatchScoring(by, config.scoreSide(), config.top(by.patches()), config.smoothing(), by.margin());
    }

    @Override
    public Drawn draw(DetectorGraph graph) {
        return during(() -> scoring(graph.extractor()).draw(graph, banks.draw(graph)));
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        PatchScoring scoring = scoring(extractor);
        List<Anomaly> anomalies =
                scoring.byImages(images, (some, local) -> banks.distances(extractor.pixels(some), some.size(), local));
        return scoring.without(anomalies, ignored);
    }

    @Override
    protected void free() {
        scope.close();
    }
}
