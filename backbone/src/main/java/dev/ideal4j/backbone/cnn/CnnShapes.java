package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of published networks with torchvision's names, without classifiers. */
final class CnnShapes {
    static final List<String> NAMES = List.of("resnet18", "resnet50", "wide_resnet50_2", "mobilenet_v2");

    /** Expansion factor, width and number of blocks of each stage of MobileNetV2. */
    private static final int[][] INVERTED = {
        {1, 16, 1}, {6, 24, 2}, {6, 32, 3}, {6, 64, 4}, {6, 96, 3}, {6, 160, 3}, {6, 320, 1}
    };

    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    private CnnShapes() {}

    /** Creates random weights of a published network, seeded by {@code prefix} and the names of the tensors. */
    static Weights seeded(String name, String prefix) {
        return new SeededWeights(
                prefix,
                switch (name) {
                    case "resnet18" -> resNet(1, false, 2, 2, 2, 2);
                    case "resnet50" -> resNet(1, true, 3, 4, 6, 3);
                    case "wide_resnet50_2" -> resNet(2, true, 3, 4, 6, 3);
                    case "mobilenet_v2" -> mobileNetV2();
                    default -> throw new InvalidInputException("network", name, String.join(", ", NAMES));
                });
    }

    /**
     * Returns the tensors of a ResNet.
     *
     * @param factor factor of the inner widths of bottlenecks
     * @param blocks number of blocks of each stage
     */
    static Map<String, Shape> resNet(int factor, boolean bottleneck, int... blocks) {
        CnnShapes to = new CnnShapes();
        to.convolution("conv1", "bn1", 64, 3, 7);
        int in = 64;
        for (int stage = 0; stage < blocks.length; stage++) {
            int planes = 64 << stage;
            int inner = planes * factor;
            int out = bottleneck ? 4 * planes : planes;
            for (int i = 0; i < blocks[stage]; i++) {
                String block = "layer" + (stage + 1) + "." + i + ".";
                to.convolution(block + "conv1", block + "bn1", inner, in, bottleneck ? 1 : 3);
                to.convolution(block + "conv2", block + "bn2", inner, inner, 3);
                if (bottleneck) {
                    to.convolution(block + "conv3", block + "bn3", out, inner, 1);
                }
                if (i == 0 && (stage > 0 || in != out)) {
                    to.convolution(block + "downsample.0", block + "downsample.1", out, in, 1);
                }
                in = out;
            }
        }
        return to.shapes;
    }

    static Map<String, Shape> mobileNetV2() {
        CnnShapes to = new CnnShapes();
        to.convolution("features.0.0", "features.0.1", 32, 3, 3);
        int in = 32;
        int feature = 1;
        for (int[] stage : INVERTED) {
            for (int i = 0; i < stage[2]; i++, feature++) {
                String block = "features." + feature + ".conv.";
                int inner = stage[0] * in;
                int at = 0;
                if (feature > 1) {
                    to.convolution(block + "0.0", block + "0.1", inner, in, 1);
                    at++;
                }
                to.convolution(block + at + ".0", block + at + ".1", inner, 1, 3);
                to.convolution(block + (at + 1), block + (at + 2), stage[1], inner, 1);
                in = stage[1];
            }
        }
        to.convolution("features.18.0", "features.18.1", 1280, in, 1);
        return to.shapes;
    }

    private void convolution(String name, String norm, int out, int in, int kernel) {
        shapes.put(name + ".weight", Shape.of(out, in, kernel, kernel));
        for (String tensor : List.of("weight", "bias", "running_mean", "running_var")) {
            shapes.put(norm + "." + tensor, Shape.of(out));
        }
    }
}
