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
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.List;
import java.util.Map;

/** AnomalyDINO fitted to one product: the distance of each patch to the nearest rows of the memory bank. */
final class FittedAnomalyDino extends OpenDetector implements GraphScorer {
    private final FeatureExtractor extractor;
    private final AnomalyDinoConfig config;
    private final PatchBank bank;

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
        super(lifetime(AnomalyDinoDetector.METHOD), extractor::use, record, scope);
        this.extractor = extractor;
        this.config = config;
        this.bank = bank;
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        PatchScoring scoring = scoring(extractor);
        return scoring.without(scoring.byFeatures(images, this::distances), ignored);
    }

    private PatchScoring scoring(FeatureExtractor by) {
        int margin = by instanceof PixelExtractor pixels ? pixels.margin() : 0;
        return new PatchScoring(by, 0, config.top(by.patches()), config.smoothing(), margin);
    }

    @Override
    public Drawn draw(DetectorGraph graph) {
        return during(() -> {
            Tensor features = graph.features();
            int patches = extractor.patches();
            String distances = bank.draw(graph, features);
            if (config.maskQueries()) {
                String object = config.mask().draw(graph, features, extractor.gridRows(), extractor.gridColumns());
                distances = graph.apply("Mul", graph.reshape(distances, patches), object);
            }
            Tensor scores = graph.backend().tensor(graph.reshape(distances, 1, patches), 1, patches);
            return scoring(graph.extractor()).draw(graph, scores);
        });
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
}
