package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.EuclideanBank;
import dev.ideal4j.detectors.common.EuclideanBank.DrawnNearest;
import dev.ideal4j.detectors.common.EuclideanBank.Nearest;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.MirrorBlur;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.PatchScoring;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.onnx.GraphScorer;
import java.util.List;
import java.util.Map;

/** PatchCore fitted to one product: the distance of each patch to the nearest rows of the memory bank. */
final class FittedPatchCore extends OpenDetector implements GraphScorer {
    private final FeatureExtractor extractor;
    private final PatchCoreConfig config;
    private final PatchEmbedding embedding;
    private final EuclideanBank bank;
    private final MirrorBlur blur;

    /**
     * @param record settings, for records
     * @param scope owns the bank; closed with this detector
     */
    FittedPatchCore(
            FeatureExtractor extractor,
            PatchCoreConfig config,
            Map<String, Object> record,
            EuclideanBank bank,
            Scope scope) {
        super(lifetime(PatchCoreDetector.METHOD), extractor::use, record, scope);
        this.extractor = extractor;
        this.config = config;
        this.embedding = new PatchEmbedding(config);
        this.bank = bank;
        this.blur = new MirrorBlur(
                extractor.gridColumns(),
                extractor.gridRows(),
                extractor.inputWidth(),
                extractor.inputHeight(),
                config.smoothing(),
                (int) (4 * config.smoothing() + 0.5));
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        return PatchScoring.each(extractor, images, ignored, this::score);
    }

    private Anomaly score(Tensor features, IgnoredPixels ignored) {
        boolean anomalib = config.variant() == PatchCoreVariant.ANOMALIB;
        int patches = extractor.patches();
        float[] embedded = embedding.of(features.toArray(), extractor);
        Nearest nearest = nearest(embedded, patches, anomalib ? 1 : config.neighbours());
        float[] scores = new float[patches];
        int top = -1;
        for (int i = 0; i < patches; i++) {
            double sum = 0;
            for (int j = 0; j < nearest.k(); j++) {
                sum += nearest.squared()[i * nearest.k() + j];
            }
            scores[i] = (float) (anomalib ? Math.sqrt(sum) : sum / nearest.k());
            if ((ignored == null || !ignored.patches()[i]) && (top < 0 || scores[i] > scores[top])) {
                top = i;
            }
        }
        float score = anomalib && config.neighbours() > 1
                ? (float) (scores[top] * weight(embedded, top, nearest.indices()[top]))
                : scores[top];
        ScoreMap map = new ScoreMap(
                extractor.gridColumns(), extractor.gridRows(), ignored == null ? scores : ignored.levelled(scores));
        return new Anomaly(score, anomalib ? blur.of(map) : interpolated(map), map);
    }

    private Nearest nearest(float[] queries, int count, int k) {
        try (Scope local = extractor.backend().scope()) {
            return bank.nearest(local.upload(queries, count, bank.width()), k);
        }
    }

    /**
     * The weight of the image score: one minus the share of the nearest row in a softmax over the distances of a patch to the
     * neighbours of this row. The weight is near 1 if the patch is clearly nearer to the row than to its neighbours, and 0 if
     * the bank has one row.
     */
    private double weight(float[] embedded, int patch, int row) {
        int[] around = nearest(bank.row(row), 1, config.neighbours()).indices();
        double[] distances = new double[around.length];
        double largest = 0;
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Math.sqrt(EuclideanBank.squaredDistance(
                    embedded, patch * bank.width(), bank.row(around[i]), 0, bank.width()));
            largest = Math.max(largest, distances[i]);
        }
        double sum = 0;
        for (double distance : distances) {
            sum += Math.exp(distance - largest);
        }
        return 1 - Math.exp(distances[0] - largest) / sum;
    }

    private ScoreMap interpolated(ScoreMap patches) {
        ScoreMap map = patches.resize(extractor.inputWidth(), extractor.inputHeight());
        if (config.smoothing() == 0) {
            return map;
        }
        try (Scope local = extractor.backend().scope()) {
            Tensor pixels = local.upload(map.values(), 1, map.height(), map.width());
            extractor.backend().resampling().gaussianBlur(pixels, config.smoothing(), pixels);
            return new ScoreMap(map.width(), map.height(), pixels.toArray());
        }
    }

    @Override
    public FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public Drawn draw(DetectorGraph graph) {
        return during(() -> {
            OnnxGraph to = graph.graph();
            boolean anomalib = config.variant() == PatchCoreVariant.ANOMALIB;
            int rows = extractor.gridRows();
            int columns = extractor.gridColumns();
            String rowsOfBank = bank.drawRows(graph);
            String embedded = embedding.draw(graph, graph.features(), extractor);
            DrawnNearest nearest = bank.draw(graph, rowsOfBank, embedded, anomalib ? 1 : config.neighbours());
            String scores = graph.reduce("ReduceMean", nearest.squared());
            scores = graph.reshape(anomalib ? graph.apply("Sqrt", scores) : scores, rows * (long) columns);
            String score = graph.reduce("ReduceMax", scores);
            if (anomalib && config.neighbours() > 1) {
                String top = to.apply("ArgMax", new Attributes().with("axis", 0), scores);
                String query = to.apply("Gather", embedded, top);
                String row = graph.reshape(to.apply("Gather", nearest.indices(), top), 1);
                score = graph.apply("Mul", score, drawWeight(graph, rowsOfBank, query, row));
            }
            String patches = graph.reshape(scores, rows, columns);
            String map = anomalib ? blur.draw(graph, patches) : drawInterpolated(graph, patches);
            return new Drawn(score, map, graph.extractor().margin());
        });
    }

    /** Draws {@link #weight}; query and row are {@code (1, width)} and the index of one row. */
    private String drawWeight(DetectorGraph graph, String rowsOfBank, String query, String row) {
        OnnxGraph to = graph.graph();
        String centre = to.apply("Gather", rowsOfBank, row);
        String around =
                bank.draw(graph, rowsOfBank, centre, config.neighbours()).indices();
        String near = to.apply("Gather", rowsOfBank, graph.reshape(around, -1));
        String squares = graph.reduce("ReduceSumSquare", to.apply("Sub", near, query));
        String distances = graph.apply("Sqrt", graph.reshape(squares, -1));
        String shares = to.apply("Softmax", new Attributes().with("axis", 0), distances);
        return to.apply("Sub", to.constant(1f), to.apply("Gather", shares, to.integers(0)));
    }

    private String drawInterpolated(DetectorGraph graph, String patches) {
        Tensor small = graph.backend()
                .tensor(
                        graph.reshape(patches, 1, extractor.gridRows(), extractor.gridColumns()),
                        1,
                        extractor.gridRows(),
                        extractor.gridColumns());
        Tensor map = graph.scope().allocate(1, extractor.inputHeight(), extractor.inputWidth());
        graph.backend().resampling().bilinear(small, map);
        if (config.smoothing() > 0) {
            graph.backend().resampling().gaussianBlur(map, config.smoothing(), map);
        }
        return graph.backend().value(map);
    }
}
