package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.graph.OnnxGraph;
import dev.ideal4j.backbone.graph.OnnxGraph.Attributes;
import dev.ideal4j.backbone.graph.OnnxGraph.Type;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.PillowResize.Filter;
import dev.ideal4j.core.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Draws the preparation of an image of any size: resize, cut, normalisation. A backbone does not state its preparation.
 * Therefore this class compares it with the known filters, reads its normalisation from images of all sample values, and
 * checks both with a random image.
 */
final class ImageInput {
    private static final int SAMPLES = 256;

    private final OnnxGraph graph;
    private final PixelExtractor extractor;

    ImageInput(OnnxGraph graph, PixelExtractor extractor) {
        this.graph = graph;
        this.extractor = extractor;
    }

    /**
     * Declares the input and draws its preparation.
     *
     * @return name of the pixels, {@code (1, 3, height, width)}
     */
    String draw() {
        int margin = extractor.margin();
        int height = extractor.inputHeight();
        int width = extractor.inputWidth();
        Filter filter = filter();
        float[] table = table();
        check(table);
        String image = graph.input("image", Type.UINT8, "height", "width", 3);
        String planes = graph.apply("Transpose", new Attributes().with("perm", 2, 0, 1), image);
        String resized = new ResizeDrawer(graph, filter).resize(planes, height + 2 * margin, width + 2 * margin);
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
        String pixels = graph.apply("Gather", graph.weight(table, table.length), entries);
        return graph.apply("Unsqueeze", pixels, graph.integers(0));
    }

    private Filter filter() {
        RgbImage random = random(83, 61);
        RgbImage resized = extractor.resized(random);
        return Arrays.stream(Filter.values())
                .filter(filter -> resized.equals(PillowResize.resize(
                        random,
                        extractor.inputWidth() + 2 * extractor.margin(),
                        extractor.inputHeight() + 2 * extractor.margin(),
                        filter)))
                .findFirst()
                .orElseThrow(this::unknown);
    }

    private InvalidInputException unknown() {
        return new InvalidInputException(
                "ONNX export",
                "the backbone " + extractor.name() + ", which prepares images in its own way",
                "a backbone that resizes by a known filter and maps each sample by itself");
    }

    /** The normalised value of each sample of red, then green, then blue. */
    private float[] table() {
        int side = extractor.inputWidth() * extractor.inputHeight();
        float[] table = new float[3 * SAMPLES];
        for (int first = 0; first < SAMPLES; first += side) {
            RgbImage grey = image(first);
            float[] pixels = extractor.pixels(List.of(grey));
            for (int i = 0; i < Math.min(side, SAMPLES - first); i++) {
                for (int c = 0; c < 3; c++) {
                    table[c * SAMPLES + first + i] = pixels[c * side + i];
                }
            }
        }
        return table;
    }

    /** A grey image whose pixels inside the margin count up. */
    private RgbImage image(int first) {
        int margin = extractor.margin();
        int width = extractor.inputWidth() + 2 * margin;
        int height = extractor.inputHeight() + 2 * margin;
        byte[] samples = new byte[3 * width * height];
        for (int y = margin; y < height - margin; y++) {
            for (int x = margin; x < width - margin; x++) {
                int number = (y - margin) * extractor.inputWidth() + x - margin;
                Arrays.fill(
                        samples, 3 * (y * width + x), 3 * (y * width + x) + 3, (byte) Math.min(255, first + number));
            }
        }
        return new RgbImage(width, height, samples);
    }

    private void check(float[] table) {
        int margin = extractor.margin();
        int width = extractor.inputWidth();
        int height = extractor.inputHeight();
        RgbImage random = random(width + 2 * margin, height + 2 * margin);
        float[] pixels = extractor.pixels(List.of(random));
        for (int i = 0; i < pixels.length; i++) {
            int channel = i / (width * height);
            int x = i % width + margin;
            int y = i / width % height + margin;
            int sample = random.samples()[3 * (y * random.width() + x) + channel] & 0xFF;
            if (pixels[i] != table[channel * SAMPLES + sample]) {
                throw unknown();
            }
        }
    }

    private static RgbImage random(int width, int height) {
        byte[] samples = new byte[3 * width * height];
        new Random(0).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }
}
