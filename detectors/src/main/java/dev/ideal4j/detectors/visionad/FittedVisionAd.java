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
import dev.ideal4j.detectors.common.ReferenceCount;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.List;
import java.util.Map;

/** VisionAD fitted to one product: the distance of each patch to the nearest row of the memory bank. */
final class FittedVisionAd extends OpenDetector implements GraphScorer {
    private final PixelExtractor extractor;
    private final VisionAdConfig config;
    private final int references;
    private final SupportBanks banks;

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
        super(
                lifetime,
                extractor::use,
                config(VisionAdDetector.METHOD, extractor, found(references, banks), config),
                scope);
        this.extractor = extractor;
        this.config = config;
        this.references = references;
        this.banks = banks;
    }

    private static Map<String, Object> found(int references, SupportBanks banks) {
        Map<String, Object> found = new ReferenceCount(references, 0).toMap();
        found.put("bankRows", banks.banks().stream().mapToLong(MemoryBank::size).sum());
        return found;
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
}
