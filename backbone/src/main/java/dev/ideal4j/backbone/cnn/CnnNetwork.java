package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageNormalization;
import java.util.List;

/**
 * A network on a backend, up to the last stage that is wanted: what lies behind is neither read nor computed. It takes images
 * of any size. Immutable; lives in the scope it was made in.
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
     * Brings a network to the scope's backend.
     *
     * @param weights not kept
     * @param names of the stages, in any order; none for the usual
     * @throws InvalidInputException if the weights are not those of one such network, or it has no such stage
     */
    CnnNetwork(Weights weights, List<String> names, Scope scope) {
        this.network = Cnns.find(weights)
                .orElseThrow(() -> new InvalidInputException(
                        weights.origin(),
                        weights.names().size() + " tensors of something else",
                        "the weights of one ResNet or MobileNetV2, with torchvision's or timm's names"));
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

    /** Of the weights that are used, the stages, and how pixels are normalised and padded. */
    String fingerprint() {
        return fingerprint;
    }

    ImageNormalization normalization() {
        return network.normalization();
    }

    /** The wanted stages, in the network's order. */
    List<Stage> stages() {
        return stages;
    }

    /** Shape of an image with the zeros around it that the first convolution reads. */
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
     * Moves the channels to the end and puts zeros around the images.
     *
     * @param pixels {@code (b, 3, height, width)}; not modified
     * @return b times {@link #padded}
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

    /**
     * Runs the network. A part's result is freed after the part behind it.
     *
     * @param images {@code (b, padded height, padded width, 3)}, {@link #prepare prepared}; not modified
     * @param taps receives the maps of the wanted stages, in order, each of its own size
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
