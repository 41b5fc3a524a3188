package dev.ideal4j.backbone.cnn;

import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageNormalization;
import java.util.List;

/**
 * A network on a backend, up to the last requested stage. Later layers are neither read nor computed. It accepts images
 * of any size. Immutable. Its tensors belong to the scope in which it was created.
 */
final class CnnNetwork {
    private static final int CHANNELS = 3;
    private static final int STEM_STRIDE = 2;

    private final Cnn network;
    private final Backend backend;
    private final List<Part> parts;
    private final List<Stage> stages;
    private final String fingerprint;

    /**
     * Uploads a network to the backend of the scope.
     *
     * @param network the architecture with its weights, which are not needed after this call
     * @param names names of the stages in any order; empty for the default stages
     * @throws InvalidInputException if the network has no such stage, or a tensor does not fit it
     */
    CnnNetwork(Cnn network, List<String> names, Scope scope) {
        this.network = network;
        this.backend = scope.backend();
        List<String> chosen = chosen(names.isEmpty() ? network.usualStages() : names);
        ConvolutionReader reader = new ConvolutionReader(network.weights(), scope);
        this.parts = network.parts(reader, chosen.get(chosen.size() - 1));
        this.stages = parts.stream()
                .flatMap(part -> part.stages().stream())
                .filter(stage -> chosen.contains(stage.name()))
                .toList();
        this.fingerprint = Fingerprint.of(
                String.join("\n", Fingerprint.of(reader.used()), name(), chosen.toString(), network.recipe()));
    }

    private List<String> chosen(List<String> names) {
        List<String> all = network.stages();
        List<String> sorted = all.stream().filter(names::contains).toList();
        if (sorted.size() != names.size()) {
            throw new InvalidInputException(
                    "stages of " + name(), String.join(",", names), "each at most once: " + String.join(",", all));
        }
        return sorted;
    }

    String name() {
        return network.name();
    }

    /** Fingerprint of the used weights, the stages, the normalisation and the padding. */
    String fingerprint() {
        return fingerprint;
    }

    ImageNormalization normalization() {
        return network.normalization();
    }

    /** The requested stages, in the order of the network. */
    List<Stage> stages() {
        return stages;
    }

    /** Shape of an image after zero-padding for the first convolution. */
    Shape padded(int height, int width) {
        return Shape.of(padded(height), padded(width), CHANNELS);
    }

    private int padded(int length) {
        int kernel = network.stemKernel();
        return before(length) + length + network.padding().after(length, kernel, STEM_STRIDE);
    }

    private int before(int length) {
        return network.padding().before(length, network.stemKernel(), STEM_STRIDE);
    }

    /**
     * Moves the channels to the last axis and pads the images with zeros.
     *
     * @param pixels {@code (b, 3, height, width)}; not modified
     * @return b images of shape {@link #padded}
     */
    float[] prepare(float[] pixels, int height, int width) {
        Shape padded = padded(height, width);
        int size = (int) padded.size();
        int plane = height * width;
        float[] prepared = new float[Math.multiplyExact(pixels.length / (CHANNELS * plane), size)];
        for (int row = 0; row < pixels.length / width; row++) {
            int channel = row / height % CHANNELS;
            int y = row % height + before(height);
            int to = row / height / CHANNELS * size + (y * padded.axis(1) + before(width)) * CHANNELS + channel;
            for (int x = 0; x < width; x++) {
                prepared[to + x * CHANNELS] = pixels[row * width + x];
            }
        }
        return prepared;
    }

    /** Draws {@link #prepare} of one image, {@code (1, 3, height, width)}. */
    String draw(OnnxGraph graph, String pixels, int height, int width) {
        Shape padded = padded(height, width);
        int top = before(height);
        int left = before(width);
        String last = graph.apply("Transpose", new Attributes().with("perm", 0, 2, 3, 1), pixels);
        int below = padded.axis(0) - top - height;
        int right = padded.axis(1) - left - width;
        return graph.apply("Pad", last, graph.integers(0, top, left, 0, 0, below, right, 0));
    }

    /**
     * Runs the network. The result of a part is freed after the next part was applied.
     *
     * @param images {@code (b, padded height, padded width, 3)}, {@link #prepare prepared}; not modified
     * @param taps receives the maps of the requested stages in order, each in its original size
     */
    void run(Tensor images, Part.Taps taps) {
        Part.Taps wanted = (stage, map) -> {
            if (stages.contains(stage)) {
                taps.take(stage, map);
            }
        };
        Tensor x = images;
        Scope current = backend.scope();
        try {
            for (Part part : parts) {
                Scope following = backend.scope();
                try {
                    x = part.apply(x, following, wanted);
                } catch (RuntimeException | Error e) {
                    following.close();
                    throw e;
                }
                current.close();
                current = following;
            }
        } finally {
            current.close();
        }
    }
}
