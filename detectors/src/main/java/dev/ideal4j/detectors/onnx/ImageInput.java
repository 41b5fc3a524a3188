package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.PixelBatch;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Draws the preparation of an image of any size: resize, cut, normalisation. */
record ImageInput(OnnxGraph graph, PixelExtractor extractor) {
    private static final int SAMPLES = 256;

    /**
     * Declares the input and draws its preparation.
     *
     * @return name of the pixels, {@code (1, 3, height, width)}
     */
    String draw() {
        int margin = extractor.margin();
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        check();
        String image = graph.input("image", Type.UINT8, "height", "width", 3);
        String planes = graph.apply("Transpose", new Attributes().with("perm", 2, 0, 1), image);
        String resized =
                new ResizeDrawer(graph, extractor.filter()).resize(planes, height + 2 * margin, width + 2 * margin);
        if (margin > 0) {
            resized = graph.apply(
                    "Slice",
                    resized,
                    graph.integers(margin, margin),
                    graph.integers(margin + height, margin + width),
                    graph.integers(1, 2));
        }
        String offsets = graph.integers(new long[] {0, SAMPLES, 2 * SAMPLES}, 3, 1, 1);
        String entries = graph.apply("Add", graph.cast(resized, Type.INT64), offsets);
        float[] table = extractor.normalization().table();
        String pixels = graph.apply("Gather", graph.weight(table, table.length), entries);
        return graph.apply("Unsqueeze", pixels, graph.integers(0));
    }

    private void check() {
        byte[] samples = new byte[3 * 83 * 61];
        new Random(0).nextBytes(samples);
        List<RgbImage> image = List.of(new RgbImage(83, 61, samples));
        float[] expected = PixelBatch.of(
                image,
                extractor.inputHeight(),
                extractor.inputWidth(),
                extractor.margin(),
                extractor.filter(),
                extractor.normalization());
        if (!Arrays.equals(extractor.pixels(image), expected)) {
            throw new InvalidInputException(
                    "ONNX export",
                    "the backbone " + extractor.name() + ", which prepares images in its own way",
                    "a backbone whose pixels are those of its filter and its normalisation");
        }
    }
}
