package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.GraphBackend;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Writes a fitted detector as one ONNX file, from the image to the verdict. */
public final class DetectorExport {
    private static final int OPERATOR_SET = 18;

    private DetectorExport() {}

    /**
     * The decision rule.
     *
     * @param threshold of image scores
     * @param spread distance of a score below the threshold at which the calibrated score is ¼
     */
    public record Decision(double threshold, double spread) {}

    /**
     * Writes the file atomically.
     *
     * @param backbone opens the scorer's backbone on a given backend
     * @param decision null without a decision rule
     * @param metadata properties of the model
     * @throws InvalidInputException if the backbone is another one, the graph cannot contain a setting, or the file would
     *     exceed 2 GiB
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public static void write(
            GraphScorer scorer,
            Function<Backend, ? extends FeatureExtractor> backbone,
            Decision decision,
            Map<String, String> metadata,
            Path file) {
        OnnxGraph graph = new OnnxGraph("ideal4j");
        GraphBackend backend = new GraphBackend(graph);
        try (FeatureExtractor opened = backbone.apply(backend)) {
            String expected = scorer.extractor().fingerprint();
            if (!opened.fingerprint().equals(expected)) {
                throw new InvalidInputException(
                        "backbone to export",
                        opened.name() + " of the fingerprint " + opened.fingerprint(),
                        "the detector's, " + scorer.extractor().name() + " of the fingerprint " + expected);
            }
            if (opened.backend() != backend) {
                throw new InvalidInputException(
                        "backbone to export",
                        "on the backend " + opened.backend().name(),
                        "on the given backend");
            }
            if (!(opened instanceof PixelExtractor extractor)) {
                throw new InvalidInputException(
                        "ONNX export", "the backbone " + opened.name() + ", which does not show its pixels", "another");
            }
            String pixels = new ImageInput(graph, extractor).draw();
            GraphScorer.Drawn drawn = scorer.draw(new DetectorGraph(backend, extractor, pixels));
            outputs(graph, extractor, drawn, decision);
        }
        metadata.forEach(graph::metadata);
        graph.write(OPERATOR_SET, file);
    }

    private static void outputs(OnnxGraph graph, PixelExtractor extractor, GraphScorer.Drawn drawn, Decision decision) {
        int margin = drawn.margin();
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        String score = graph.apply("Reshape", drawn.score(), graph.integers(1));
        graph.output("score", score, Type.FLOAT, 1);
        String map = graph.apply("Reshape", drawn.map(), graph.integers(height, width));
        if (margin > 0) {
            map = graph.apply(
                    "Pad", new Attributes().with("mode", "edge"), map, graph.integers(margin, margin, margin, margin));
        }
        graph.output("map", map, Type.FLOAT, height + 2 * margin, width + 2 * margin);
        if (decision != null) {
            String exact = graph.cast(score, Type.DOUBLE);
            String distance = graph.apply("Sub", graph.constant(decision.threshold), exact);
            String power = graph.apply(
                    "Pow", graph.constant(3.0), graph.apply("Div", distance, graph.constant(decision.spread)));
            String calibrated = graph.apply("Div", graph.constant(1.0), graph.apply("Add", graph.constant(1.0), power));
            graph.output("calibrated", graph.cast(calibrated, Type.FLOAT), Type.FLOAT, 1);
            graph.output("anomalous", graph.apply("Greater", exact, graph.constant(decision.threshold)), Type.BOOL, 1);
        }
    }
}
