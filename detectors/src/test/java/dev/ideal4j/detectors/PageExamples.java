package dev.ideal4j.detectors;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.anomalydino.AnomalyDinoDetector;
import dev.ideal4j.detectors.patchcore.PatchCoreConfig;
import dev.ideal4j.detectors.patchcore.PatchCoreDetector;
import dev.ideal4j.detectors.patchcore.PatchCoreVariant;
import dev.ideal4j.detectors.subspacead.SubspaceAdDetector;
import dev.ideal4j.detectors.subspacead.SubspaceAdMethod;
import dev.ideal4j.detectors.visionad.ClassAwareVisionAd;
import dev.ideal4j.detectors.visionad.VisionAdDetector;
import dev.ideal4j.detectors.visionad.VisionAdMethod;
import java.nio.file.Path;
import java.util.Map;

/** The listings of the pages in docs/detectors, so that they compile; a test of the site compares them. */
final class PageExamples {
    private PageExamples() {}

    static Anomaly patchCore(FeatureExtractor extractor, RgbImage good, RgbImage image) {
        PatchCoreDetector patchcore = new PatchCoreDetector(extractor, PatchCoreConfig.of(PatchCoreVariant.AUTHORS));
        FittedDetector tile = patchcore.fit(References.builder().normal(good).build());
        Anomaly anomaly = tile.score(image);
        return anomaly;
    }

    static Anomaly anomalyDino(FeatureExtractor extractor, RgbImage good, RgbImage image) {
        AnomalyDinoDetector anomalyDino = new AnomalyDinoDetector(extractor);
        FittedDetector tile = anomalyDino.fit(References.builder().normal(good).build());
        Anomaly anomaly = tile.score(image);
        return anomaly;
    }

    static Anomaly subspaceAd(VitWeights weights, Backend backend, RgbImage good, RgbImage image) {
        FeatureExtractor dino = new DinoV2(weights, SubspaceAdMethod.dinoV2(weights.config()), backend);
        SubspaceAdDetector subspaceAd = new SubspaceAdDetector(dino);
        FittedDetector tile = subspaceAd.fit(References.builder().normal(good).build());
        Anomaly anomaly = tile.score(image);
        return anomaly;
    }

    static void export(FittedDetector fitted) {
        fitted.exportOnnx(BuiltinBackbone::new, Path.of("tile.onnx"));
    }

    static String visionAd(
            VitWeights weights, Backend backend, RgbImage good, References tiles, References woods, RgbImage image) {
        FeatureExtractor dino = new DinoV2(weights, VisionAdMethod.dinoV2(weights.config()), backend);
        VisionAdDetector visionad = new VisionAdDetector(dino);
        FittedDetector tile = visionad.fit(References.builder().normal(good).build());
        // fit(…) gives one that can be saved
        ClassAwareVisionAd all = visionad.scorer(Map.of("tile", tiles, "wood", woods));
        String product = all.recognise(image);
        return tile.method() + product;
    }
}
