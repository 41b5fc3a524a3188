package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.MirrorBlur;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.List;
import java.util.Map;

/** SubspaceAD fitted to one product. */
final class FittedSubspaceAd extends OpenDetector implements GraphScorer {
    private final FeatureExtractor extractor;
    private final SubspaceAdConfig config;
    private final Subspace subspace;
    private final Weights learnt;
    private final Scope scope;

    /**
     * @param record settings, for records
     * @param learnt the moments that a file keeps, or null
     * @param scope owns the subspace; closed with this detector
     */
    FittedSubspaceAd(
            FeatureExtractor extractor,
            SubspaceAdConfig config,
            Map<String, Object> record,
            Subspace subspace,
            Weights learnt,
            Scope scope) {
        super(lifetime(SubspaceAdDetector.METHOD), extractor::use, record, scope);
        this.extractor = extractor;
        this.config = config;
        this.subspace = subspace;
        this.learnt = learnt;
        this.scope = scope;
    }

    @Override
    public Weights learnt() {
        return learnt;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        return PatchScoring.each(extractor, images, ignored, this::score);
    }

    private Anomaly score(Tensor features, IgnoredPixels ignored) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        float[] scores = subspace.scores(features);
        if (config.maskQueries()) {
            boolean[] object = config.mask().of(features.toArray(), rows, columns, scope);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = object[i] ? scores[i] : 0;
            }
        }
        ScoreMap patches = new ScoreMap(columns, rows, ignored == null ? scores : ignored.levelled(scores));
        ScoreMap map = patches.resize(extractor.inputWidth(), extractor.inputHeight());
        if (config.smoothing() > 0) {
            map = blur().of(map);
        }
        float[] counted = ignored == null ? map.values() : ignored.counted(map, columns);
        return new Anomaly(config.aggregation().of(counted, config.topFraction()), map, patches);
    }

    private MirrorBlur blur() {
        int width = extractor.inputWidth();
        int height = extractor.inputHeight();
        return new MirrorBlur(width, height, width, height, config.smoothing(), 1);
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public Drawn draw(DetectorGraph graph) {
        return during(() -> {
            int rows = extractor.gridRows();
            int columns = extractor.gridColumns();
            int height = extractor.inputHeight();
            int width = extractor.inputWidth();
            Tensor features = graph.features().reshape(rows * columns, extractor.width());
            String scores = graph.reshape(subspace.draw(graph, features), rows * columns);
            if (config.maskQueries()) {
                scores = graph.apply("Mul", scores, config.mask().draw(graph, features, rows, columns));
            }
            Tensor patches = graph.backend().tensor(graph.reshape(scores, 1, rows, columns), 1, rows, columns);
            Tensor large = graph.scope().allocate(1, height, width);
            graph.backend().resampling().bilinear(patches, large);
            String map = graph.backend().value(large, height, width);
            if (config.smoothing() > 0) {
                map = blur().draw(graph, map);
            }
            String pixels = graph.reshape(map, (long) height * width);
            String score = config.aggregation().draw(graph, pixels, height * width, config.topFraction());
            return new Drawn(score, map, graph.extractor().margin());
        });
    }
}
