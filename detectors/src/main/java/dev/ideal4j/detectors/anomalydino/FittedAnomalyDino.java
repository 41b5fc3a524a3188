package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** AnomalyDINO fitted to one product: the distance of each patch to the nearest rows of the memory bank. */
final class FittedAnomalyDino extends OpenDetector {
    private final FeatureExtractor extractor;
    private final AnomalyDinoConfig config;
    private final Map<String, Object> record;
    private final PatchBank bank;
    private final Scope scope;

    /**
     * @param record settings, for records
     * @param scope owns the bank; closed with this detector
     */
    FittedAnomalyDino(
            FeatureExtractor extractor,
            AnomalyDinoConfig config,
            Map<String, Object> record,
            PatchBank bank,
            Scope scope) {
        super(lifetime(AnomalyDinoDetector.METHOD), extractor::use);
        this.extractor = extractor;
        this.config = config;
        this.record = Collections.unmodifiableMap(record);
        this.bank = bank;
        this.scope = scope;
    }

    @Override
    public Map<String, Object> config() {
        return record;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        int margin = extractor instanceof PixelExtractor pixels ? pixels.margin() : 0;
        int top = config.top(extractor.patches());
        PatchScoring scoring = new PatchScoring(extractor, 0, top, config.smoothing(), margin);
        return scoring.without(scoring.byFeatures(images, this::distances), ignored);
    }

    /** Distances of the patches. With {@code maskQueries}, patches of the background get 0. */
    private Tensor distances(Tensor features, Scope owner) {
        int images = features.shape().axis(0);
        int patches = extractor.patches();
        float[] distances = bank.distances(features);
        for (int i = 0; config.maskQueries() && i < images; i++) {
            float[] own = features.slice(i, 1).toArray();
            boolean[] object = config.mask().of(own, extractor.gridRows(), extractor.gridColumns(), owner);
            for (int patch = 0; patch < patches; patch++) {
                distances[i * patches + patch] *= object[patch] ? 1 : 0;
            }
        }
        return owner.upload(distances, images, patches);
    }

    @Override
    protected void free() {
        scope.close();
    }
}
